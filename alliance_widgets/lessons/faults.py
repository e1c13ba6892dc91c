"""What is wrong in a file of questions, in words: the question, the field, and what to write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from alliance_widgets.arguments import as_shown, nearest
from alliance_widgets.words import say

__all__ = ["faults_of", "schema"]


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a file of questions."""
    text = (resources.files("alliance_widgets.lessons") / "schema.json").read_text("utf-8")
    return dict(json.loads(text))


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator  # slow to load: with the first question

    return Draft202012Validator(schema())


def faults_of(questions: Mapping[str, object]) -> list[str]:
    """Every fault of the questions of a file; none if they are as `schema.json` says."""
    if not questions:
        return [say("lessons.empty")]
    faults = [said for error in _validator().iter_errors(questions) for said in _words(error)]
    return [*dict.fromkeys(faults)]


def _words(error: Any) -> Iterable[str]:
    """One fault in words; of fields that are missing or unknown, each for itself."""
    rule, given = error.validator, error.instance
    if "propertyNames" in error.absolute_schema_path:
        return [say("lessons.bad_key", asked=as_shown(given))]
    place = _place(error.absolute_path)
    if rule == "required":
        missing = [name for name in error.validator_value if name not in given]
        return [say("lessons.missing", place=place, field=name) for name in missing]
    if rule == "additionalProperties":
        known = list(error.schema["properties"])
        return [_unknown(place, name, known) for name in given if name not in known]
    return [say("lessons.field", place=place, given=as_shown(given), expected=_expected(error))]


def _place(path: Iterable[str | int]) -> str:
    """Where a fault stands: the question and the field in it, lists counted from 1."""
    key, *fields = path
    named = " ".join(str(each + 1) if isinstance(each, int) else each for each in fields)
    if not named:
        return say("lessons.question", asked=key)
    return say("lessons.field_of", asked=key, field=named)


def _unknown(place: str, name: str, known: list[str]) -> str:
    near = nearest(name, known, n=1)
    key = "lessons.unknown_field_near" if near else "lessons.unknown_field"
    return say(key, place=place, field=name, near="".join(near), known=", ".join(known))


def _expected(error: Any) -> str:
    """What belongs into a field, by the rule that it breaks."""
    rule, value = error.validator, error.validator_value
    if rule == "type":
        return say(f"lessons.expected.{value}")
    if rule == "enum":
        return say("lessons.expected.one_of", known=", ".join(f'"{each}"' for each in value))
    return say(f"lessons.expected.{rule}", n=value)

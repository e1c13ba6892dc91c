"""What the page of `TwoWorlds` says, from the studies and interventions: text and small tables."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from alliance_widgets.words import coefficient, figure, say

if TYPE_CHECKING:
    from alliance_widgets.simulate.studies import Intervention, Report

__all__ = [
    "CLOSE",
    "button",
    "clearly_below",
    "closing_text",
    "describe_reports",
    "fit_page",
    "fit_summary",
    "fit_texts",
    "hundreds",
    "in_short",
    "intervention_text",
    "of_hundred",
    "paragraphs",
    "planted_text",
    "report_table",
    "terms_tables",
]

CLOSE = 2
"""How far off a prediction of so many of a hundred may be to count as close."""

COLOUR = "var(--jp-content-font-color1, inherit)"
LINE = "1px solid var(--jp-border-color2, #8a8a8a)"
FONT = "font: 14px/1.45 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif"
CELL = f"padding: 4px 14px 4px 0; border: 0; border-top: {LINE}; color: {COLOUR}"
NAME, FIGURE = f"{CELL}; text-align: start", f"{CELL}; text-align: end"
TABLE = "border-collapse: collapse; background: none; margin: 4px 0; color: inherit"
# A table wider than the page scrolls inside this, by key too.
FRAME = f"overflow-x: auto; max-width: 100%; color: {COLOUR}; {FONT}"


def of_hundred(share: float) -> int:
    """A share as so many of a hundred."""
    return math.floor(100 * share + 0.5)


def describe_reports(reports: Mapping[str, Report], n: int) -> str:
    """The figures of the clinics in a sentence."""
    clinics = [
        say(
            "worlds.described_of",
            clinic=clinic,
            r=coefficient(report.r),
            d=coefficient(report.d),
            dropout=of_hundred(report.dropout),
            clients=f"{n:,}",
            **_thirds(report),
        )
        for clinic, report in reports.items()
    ]
    return say("worlds.described", title=say("worlds.title"), clinics="; ".join(clinics))


def report_table(reports: Mapping[str, Report], n: int) -> str:
    """The figures of the clinics side by side."""
    every = list(reports.values())
    thirds = [_thirds(report) for report in every]
    rows: list[list[Any]] = [
        [say("worlds.r"), *(coefficient(report.r) for report in every)],
        [say("worlds.d"), *(coefficient(report.d) for report in every)],
        [say("worlds.dropout"), *(of_hundred(report.dropout) for report in every)],
        *([say(f"worlds.{t}"), *(each[t] for each in thirds)] for t in thirds[0]),
        [say("worlds.clients"), *(f"{n:,}" for _ in every)],
    ]
    return _table(say("worlds.title"), [say("worlds.figure"), *reports], rows)


def fit_summary(fits: Mapping[str, pd.DataFrame]) -> str:
    """In a sentence, whether the clinics show an association within clients."""
    if len(fits) == 1:
        ((clinic, fit),) = fits.items()
        return say("worlds.single", clinic=clinic, verdict=_verdict_words(fit))
    clear = [clinic for clinic, fit in fits.items() if clearly_below(fit)]
    unclear = [clinic for clinic in fits if clinic not in clear]
    kind = "only" if clear and unclear else "all_clear" if clear else "none_clear"
    return say(f"worlds.{kind}", clear=", ".join(clear), unclear=", ".join(unclear))


def fit_texts(fits: Mapping[str, pd.DataFrame], n: int) -> list[tuple[str, str]]:
    """What each fit says of the association between and within clients, and how far to trust it;
    each text with the clinic it is about."""
    parts = []
    for clinic, fit in fits.items():
        values = {}
        for part in ("between", "within"):
            row = fit.loc[f"alliance_{part}"]
            values[part] = figure(row["odds_ratio"])
            values[f"{part}_low"], values[f"{part}_high"] = (
                figure(row["lower"]),
                figure(row["upper"]),
            )
        parts.append((clinic, say("worlds.fitted_of", verdict=_verdict_words(fit), **values)))
    se = pd.Series([fit["se"]["alliance_within"] for fit in fits.values()]).mean()
    return [*parts, ("", say("worlds.precision", clients=f"{n:,}", se=figure(se)))]


def fit_page(fits: Mapping[str, pd.DataFrame], n: int) -> str:
    """The fits in words, and every term of them."""
    return paragraphs(fit_texts(fits, n)) + terms_tables(fits)


def button(name: str) -> tuple[str, str]:
    """What a button is called, and what is said beside it where it stands for the first time."""
    fit, intervene = say("worlds.fit"), say("worlds.intervene")
    return {
        "fit": (fit, say("worlds.fit_note")),
        "fit_third": (fit, ""),
        "intervene": (intervene, say("worlds.intervene_note")),
        "intervene_third": (intervene, ""),
        "third": (say("worlds.third"), say("worlds.third_note")),
    }[name]


def _verdict_words(fit: pd.DataFrame) -> str:
    return say(f"worlds.verdict.{_verdict(fit)}")


def clearly_below(fit: pd.DataFrame) -> bool:
    """Whether the within part goes with staying, over its whole interval."""
    return bool(_verdict(fit) == "below")


def _verdict(fit: pd.DataFrame) -> str:
    row: Any = fit.loc["alliance_within"]
    lower, upper = float(row["lower"]), float(row["upper"])
    return "below" if upper < 1 else "above" if lower > 1 else "open"


def terms_tables(fits: Mapping[str, pd.DataFrame]) -> str:
    """Every term of the fits, folded away."""
    head = [say(f"worlds.{name}") for name in ("term", "coefficient", "se", "interval")]
    tables = []
    for clinic, fit in fits.items():
        rows = [
            [
                *(term, figure(row["coefficient"]), figure(row["se"])),
                f"{figure(row['odds_ratio'])} ({figure(row['lower'])}–{figure(row['upper'])})",
            ]
            for term, row in fit.iterrows()
        ]
        counts = {name: f"{int(fit[name].iloc[0]):,}" for name in ("rows", "events", "left_out")}
        tables.append(_table(say("worlds.caption", clinic=clinic, **counts), head, rows))
    summary = f'<summary style="cursor: pointer; padding: 8px 2px; color: {COLOUR}; {FONT}">'
    title = html.escape(say("worlds.curious"))
    return f"<details>{summary}{title}</summary>{''.join(tables)}</details>"


def hundreds(
    done: Mapping[str, Intervention], said: Mapping[str, tuple[float | None, str | None]]
) -> pd.DataFrame:
    """Of a hundred clients of each clinic, how many leave now, were said to, and do then."""
    rows = [
        (
            clinic,
            of_hundred(result.before / result.clients),
            math.nan if said[clinic][0] is None else said[clinic][0],
            of_hundred(result.after / result.clients),
        )
        for clinic, result in done.items()
    ]
    return pd.DataFrame(rows, columns=["clinic", "now", "said", "then"])


def in_short(counts: pd.DataFrame) -> str:
    """The same as `hundreds`, in a few words."""
    return " ".join(
        say("worlds.came", clinic=each["clinic"], before=each["now"], after=each["then"])
        for each in counts.to_dict("records")
    )


def intervention_text(
    done: Mapping[str, Intervention], said: Mapping[str, tuple[float | None, str | None]]
) -> str:
    """What the intervention did, clinic by clinic, and what had been predicted with what surety."""
    parts = []
    for clinic, result in done.items():
        before, after = result.before / result.clients, result.after / result.clients
        values = {
            "clients": f"{result.clients:,}",
            "before": f"{result.before:,}",
            "after": f"{result.after:,}",
            "before_share": f"{100 * before:.1f}",
            "after_share": f"{100 * after:.1f}",
            "kept": f"{result.kept:,}",
        }
        key = "changed" if result.changed else "unchanged"
        sentence = say(f"worlds.{key}", clinic=clinic, **values)
        parts.append(f"{sentence} {_said(*said[clinic], 100 * after)}".strip())
    return "\n".join(parts)


def _said(number: float | None, sure: str | None, truth: float) -> str:
    if number is None:
        return ""
    off = number - truth
    close = "close" if abs(off) <= CLOSE else "off"
    unsure = "" if sure else "_unsure"
    way = say("worlds.many" if off > 0 else "worlds.few")
    values = {"said": f"{number:g}", "sure": sure, "off": f"{abs(off):.0f}", "way": way}
    return say(f"worlds.said_{close}{unsure}", **values)


def planted_text(worlds: Mapping[str, str], fits: Mapping[str, pd.DataFrame]) -> list[str]:
    """What was planted in the two clinics, and whether the test told them apart."""
    acts = {clinic for clinic, world in worlds.items() if world == "causal"}
    apart = {clinic for clinic, fit in fits.items() if clearly_below(fit)} == acts
    lesson = say("worlds.lesson_apart" if apart else "worlds.lesson_not_apart")
    truths = [say(f"worlds.truth.{world}", clinic=clinic) for clinic, world in worlds.items()]
    return [*truths, f"{lesson} {say('worlds.draws')}"]


def closing_text(clinic: str, world: str, fit: pd.DataFrame) -> list[str]:
    """What was planted in the third clinic, why the test failed, and what would not."""
    key = "closing_clear" if clearly_below(fit) else "closing_unclear"
    return [
        say(f"worlds.truth.{world}", clinic=clinic),
        say(f"worlds.{key}", clinic=clinic),
        say("worlds.closing"),
    ]


def paragraphs(texts: Iterable[str | tuple[str, str]], title: str = "") -> str:
    """Texts below one another, under a title; of a pair the first is a text's bold beginning."""
    style = f"max-width: 70ch; margin: 0 0 8px; color: {COLOUR}; {FONT}; font-size: 15px"
    shown = [f"<strong>{html.escape(title)}</strong>"] if title else []
    for text in texts:
        name, rest = ("", text) if isinstance(text, str) else text
        bold = f"<strong>{html.escape(name)}.</strong> " if name else ""
        shown.append(bold + html.escape(rest))
    return "".join(f'<p style="{style}">{each}</p>' for each in shown)


def _table(caption: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    caption = html.escape(caption)
    heads = "".join(
        f'<th scope="col" style="{FIGURE if place else NAME}; border-top: 0">{_cell(each)}</th>'
        for place, each in enumerate(head)
    )
    body = "".join(
        f'<tr style="background: none"><th scope="row" style="{NAME}; font-weight: 400">'
        f"{_cell(first)}</th>"
        + "".join(
            f'<td style="{FIGURE}; font-variant-numeric: tabular-nums">{_cell(each)}</td>'
            for each in rest
        )
        + "</tr>"
        for first, *rest in rows
    )
    titled = (
        f'<caption style="text-align: start; padding: 4px 0; font-weight: 600">{caption}</caption>'
    )
    table = f'<table style="{TABLE}">{titled}'
    return (
        f'<div style="{FRAME}" tabindex="0" role="group" aria-label="{caption}">'
        f"{table}<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: object) -> str:
    return html.escape(str(value))


def _thirds(report: Report) -> dict[str, int]:
    names = ("lowest", "middle", "highest")
    return {name: of_hundred(share) for name, share in zip(names, report.thirds, strict=True)}

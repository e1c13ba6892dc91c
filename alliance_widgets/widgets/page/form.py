"""The form a person rates a session with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import traitlets as tl

from alliance_widgets.arguments import are_names, as_shown, is_text_among
from alliance_widgets.errors import RatingError
from alliance_widgets.tables.given import MOST_SESSIONS
from alliance_widgets.tables.instruments import Instrument
from alliance_widgets.tables.instruments import instrument as instrument_named
from alliance_widgets.tables.ratings import RATERS, SUBSCALES, unknown_rater
from alliance_widgets.tables.session_rating import SessionRating
from alliance_widgets.widgets.page._seam import Pressed
from alliance_widgets.widgets.page._sheet import RatingSheet
from alliance_widgets.widgets.page.runtime import Change, KitWidget
from alliance_widgets.words import say

__all__ = ["SessionRatingForm"]

Scores: TypeAlias = Mapping[str, float | None]

LONGEST_NOTE = 2000  # signs
LATEST = 3_600_000_000  # microseconds, in which changes of what stands in a form are numbered
ACTIONS = ("save", "undo", "skip")


class SessionRatingForm(Pressed, KitWidget):
    """Rate one session: goals, tasks and bond, each unset until touched.

    A subscale whose items are rated gives its row's value. A press comes with the session and the
    values it was pressed on; one for another session than the form's is never recorded under this
    one.

    Read with care: an untouched row is `None`, never the middle of the scale.

    Parameters
    ----------
    instrument : str or Instrument, default "own"
        Gives range, step and items.
    rater : {"client", "therapist", "observer"}, default "client"
        Who rates.
    session : int, default 1
        The session that is rated, 1 to 1000.
    rows : sequence of str, default ("goals", "tasks", "bond")
        The rows that are there.
    actions : sequence of str, default ("save",)
        The buttons, of "save", "undo" and "skip"; Enter saves.
    **traits : traits by name
        Any trait of the widget, such as `story` or `layout`.

    Attributes
    ----------
    value : dict of str to float or None
        What stands in the form now, by row, on the instrument's scale; None where nothing was
        touched. Assign to it to fill the form.
    items : dict of str to float or None
        What was entered under "More detail", by item number.
    saved : dict or None
        The ratings that were last saved, where nobody listens by `on_action`; read-only.
    session : int
        The session in the form.
    rater : str
        Who rates.
    place : str
        Whose sessions these are, as no other form's.
    story : str
        What happened in this session.
    note : str
        A note to the session, in the student's words.
    finished : bool
        Whether there is no session to rate any more: nothing but Undo is there then.
    fast_entry : bool
        Whether a digit also goes to the next row.
    message : str
        A sentence to the student, read out politely.
    offer : str
        What the button says that saves with rows left blank; empty until it is asked about, and
        again once anything is rated.
    instrument : Instrument
        Range, step and items.
    rating : SessionRating
    scales : list of dict

    Raises
    ------
    RatingError
        For an unknown rater, row or action, and an impossible session.
    InstrumentError
        For an unknown instrument.
    TraitError
        If a value off the scale is assigned.
    """

    part = "form"

    value = tl.Dict(help="What stands in the form: row name to number or None.")
    items = tl.Dict(help="What stands under More detail: item number to number or None.")
    saved = tl.Dict(None, allow_none=True, read_only=True)
    session = tl.Int(1, min=1).tag(sync=True)
    place = tl.Unicode(help="Whose sessions these are, as no other form's.").tag(sync=True)
    rater = tl.Enum(RATERS, default_value="client")
    story = tl.Unicode(help="What happened in this session.").tag(sync=True)
    note = tl.Unicode(help="A note to the session, in the student's words.").tag(sync=True)
    finished = tl.Bool(False, help="There is no session to rate any more.").tag(sync=True)
    fast_entry = tl.Bool(False, help="A digit also goes to the next row.").tag(sync=True)
    message = tl.Unicode(help="A sentence to the student, read out politely.").tag(sync=True)
    offer = tl.Unicode(help="The button that saves with rows left blank.").tag(sync=True)

    _note_warning = tl.Unicode().tag(sync=True)
    _value = tl.Dict().tag(sync=True)
    _items = tl.Dict().tag(sync=True)
    _rows: tl.List[Any] = tl.List().tag(sync=True)
    _detail = tl.Dict().tag(sync=True)
    _legend = tl.Unicode().tag(sync=True)
    _buttons: tl.List[Any] = tl.List().tag(sync=True)
    # What stands in the page's form: session, value, items, note, and which change of it this is.
    _typed = tl.Dict().tag(sync=True, echo_update=False)
    _heard = tl.Int(0, help="The last change of what is typed that was taken in.").tag(sync=True)
    _goes_on = tl.Bool(False, help="Save empties the form for the next session.").tag(sync=True)
    _labels = tl.Dict(help="Legend and buttons of any {session}.").tag(sync=True)
    _rested = tl.Int(0, help="Grows when the hand has rested for a second.").tag(sync=True)

    handed_back = False  # what stands in the form was left over, and no hand has changed it since

    def __init__(
        self,
        instrument: str | Instrument = "own",
        rater: str = "client",
        *,
        session: int = 1,
        rows: Sequence[str] = SUBSCALES,
        actions: Sequence[str] = ("save",),
        **traits: object,
    ) -> None:
        self._handlers: list[Callable[[str], bool | None]] = []
        self._late_handler: Callable[[int, dict[str, float | None]], bool] | None = None
        self.instrument = instrument_named(instrument)
        if problems := _faults(rows, actions, session, rater):
            raise RatingError(problems)
        self._actions = tuple(actions)
        self.sheet = RatingSheet(self.instrument, tuple(rows))
        unset = dict.fromkeys(rows)
        super().__init__(
            rater=rater,
            session=session,
            _rows=self.sheet.described(rater),
            _detail=self.sheet.detailed(rater),
            value=unset,
            _value=unset,
            **traits,
        )
        self._relabel()
        self.observe(self._relabel, ["session", "rater", "finished"])

    @property
    def rating(self) -> SessionRating:
        """What stands in the form, as one value."""
        return SessionRating(self.value, self.items, self.note)

    @property
    def scales(self) -> list[dict[str, Any]]:
        """Name, label, range and step of each row."""
        return self._rows

    def on_action(self, handler: Callable[[str], bool | None]) -> None:
        """Call `handler(kind)` for each press of a button, after `value` has been brought up.

        Parameters
        ----------
        handler : function of one argument
            What is called with "save", "undo" or "skip", and with "blank" where that is on `offer`;
            where it returns False it says that it did not take what it was given.
        """
        self._handlers.append(handler)

    def goes_on(self, late: Callable[[int, dict[str, float | None]], bool]) -> None:
        """Say that Save empties the form for the next session, so that a page need not wait.

        Parameters
        ----------
        late : function of a session and its values
            What is called for a press on another session than the one that is in the form; it
            returns whether these ratings are recorded.
        """
        self._goes_on, self._late_handler = True, late

    def on_rest(self, handler: Callable[[], None]) -> None:
        """Call `handler()` when the hand has rested for a second on something not yet saved.

        Parameters
        ----------
        handler : function without arguments
            What is called.
        """
        self.observe(lambda _change: handler(), "_rested")

    def fill(self, value: Scores, items: Scores | None = None, note: str = "") -> None:
        """Put a record into the form: rows, items and note together.

        Parameters
        ----------
        value : dict of str to float or None
            The rows, as in `value`.
        items : dict of str to float or None, optional
            The items, as in `items`; none if left out.
        note : str, optional
            The note; empty if left out.
        """
        with self.hold_sync():
            self.items = dict(items or {})
            self.value = dict(value)
            self.note = note

    def clear(self) -> None:
        """Make every row unset again."""
        self.fill(dict.fromkeys(self.sheet.rows))

    @tl.validate("value")
    def _known_rows(self, proposal: Change) -> dict[str, float | None]:
        given = proposal["value"]
        taken = self.sheet.scores_of(given)
        refused = [name for name, value in taken.items() if value is None and given.get(name)]
        if refused:
            named = ", ".join(f"{name}={given[name]!r}" for name in refused)
            ends = {"low": self.instrument.low, "high": self.instrument.high}
            raise tl.TraitError(say("form.refused", rows=named, **ends))
        return taken

    @tl.validate("items")
    def _known_items(self, proposal: Change) -> dict[str, float | None]:
        return self.sheet.items_of(proposal["value"])

    @tl.observe("value")
    def _show(self, change: Change) -> None:
        self._value, self.offer = change["new"], ""

    @tl.observe("note")
    def _look_at_note(self, change: Change) -> None:
        """A note should not tell who somebody is; it is kept either way."""
        from alliance_widgets.workfile import warn_identifying

        self._note_warning = (warn_identifying(change["new"]) or "") if change["new"] else ""

    @tl.observe("items")
    def _score_items(self, change: Change) -> None:
        self._items = change["new"]
        scored = self.sheet.scored(change["new"])
        if scored:
            self.value = {**self.value, **scored}

    @tl.observe("_typed")
    def _hear_typed(self, change: Change) -> None:
        """What a hand has entered in the page since the kernel last heard of it."""
        typed = change["new"]
        if 0 < self._heard - typed.get("change", self._heard) < LATEST:
            return  # what was entered after it was here before it
        self.handed_back = typed.get("handed_back", False)
        with self.hold_sync():
            self._read(typed)
            self._heard = typed.get("change", self._heard)

    def _is_of_here(self, typed: dict[str, object]) -> bool:
        """Whether this was entered for the session that is in the form, and for this client."""
        here = typed.get("place", self.place) == self.place
        found: bool = here and typed.get("session", self.session) == self.session
        return found

    def _read(self, typed: dict[str, Any]) -> None:
        """Bring the form up to what was typed; what was meant for another session is passed by."""
        if not self._is_of_here(typed):
            return
        if "note" in typed:
            self.note = typed["note"][:LONGEST_NOTE]
        scored: set[str] = set()
        if "items" in typed:
            known = self.sheet.items_of(typed["items"])
            moved = {n for n, number in known.items() if number != self.items.get(n)}
            scored = self.sheet.rows_of(moved)
            if moved:
                self.items = known
        if "value" in typed:
            # A row whose items were rated just now is what they say.
            by_item = {row: self.value[row] for row in scored if row in self.value}
            entered = self.sheet.scores_of({**self.value, **typed["value"], **by_item})
            if entered != self.value:
                self.set_trait("items", self.sheet.items_behind(entered, self.items))
                self.value = entered

    @tl.observe("_request")
    def _act(self, change: Change) -> None:
        press, taken = change["new"], False
        kind = _meant(press.get("kind"), self.offer)
        try:
            known = ("blank", *_pressable(self._actions, self.finished))
            if kind not in known or press.get("after") in self._refused:
                return
            if self._is_of_here(press):
                self._read(press)
                self._heard = max(self._heard, press.get("count", 0))
                said = [each(kind) for each in self._handlers or [self._keep_here]]
                taken = False not in said
            else:
                taken = self._late(press)
        finally:
            self._answer(press.get("count"), taken=taken)

    def _late(self, press: dict[str, Any]) -> bool:
        """A press on a session that is not in the form; whether its ratings are recorded."""
        session, value = press["session"], press["value"]
        if press.get("place", self.place) != self.place:
            return False
        self.message = say("form.other_session", session=session, here=self.session)
        handler = self._late_handler
        return handler is not None and handler(session, self.sheet.scores_of(value))

    def _keep_here(self, _kind: str) -> None:
        """What Save does where nobody listens: `saved` holds the ratings, and the form says so."""
        self.set_trait("saved", dict(self.value))
        self.message = say("form.kept", session=self.session)

    def _relabel(self, _change: object = None) -> None:
        actions = _pressable(self._actions, self.finished)
        legend, labels = _labelled(actions, self.session, self.rater, self.finished)
        any_session = _any_session(actions, self.rater, self.finished)
        with self.hold_sync():
            self.offer = ""
            self._legend = legend
            self._labels = any_session
            self._rows = self.sheet.described(self.rater)
            self._detail = self.sheet.detailed(self.rater)
            self._buttons = _as_buttons(labels)
            self.description = _described(legend, self.session, self.rater, self.finished)


def _described(legend: str, session: int, rater: str, finished: bool) -> str:
    told = {"session": session, "rater": say(f"raters.{rater}")}
    return legend if finished else say("form.description", **told)


def _as_buttons(labels: dict[str, str]) -> list[dict[str, Any]]:
    """The buttons as the page takes them."""
    return [
        {"kind": kind, "label": label, "primary": kind == "save"} for kind, label in labels.items()
    ]


def _meant(kind: object, offer: str) -> Any:
    """What a press asks for: to leave blank what nobody asked about any more is to save."""
    return "save" if kind == "blank" and not offer else kind


def _pressable(actions: Sequence[str], finished: bool) -> tuple[str, ...]:
    """What can be pressed: after the last session nothing but Undo."""
    return tuple(kind for kind in actions if kind == "undo" or not finished)


def _labelled(
    actions: Sequence[str], session: int | str, rater: str, finished: bool
) -> tuple[str, dict[str, str]]:
    """The legend of that session, and what its buttons are called."""
    legend = say("form.legend", session=session, rater=say(f"raters.{rater}"))
    legend = say("form.finished") if finished else legend
    return legend, {kind: say(f"form.{kind}", session=session) for kind in actions}


def _any_session(actions: Sequence[str], rater: str, finished: bool) -> dict[str, str]:
    """Legend and labels with a gap for the session, which the page fills."""
    legend, labels = _labelled(actions, "{session}", rater, finished)
    return {"legend": legend, **labels}


def _faults(rows: Any, actions: Any, session: Any, rater: Any) -> list[str]:
    """What is wrong with the settings of a form, in words."""
    problems = [
        say("arguments.names", name=name, given=as_shown(given))
        for name, given in (("rows", rows), ("actions", actions))
        if not are_names(given)
    ]
    if problems:
        return problems
    problems = [say("form.unknown_row", row=name) for name in rows if name not in SUBSCALES]
    problems += [
        say("form.unknown_action", action=as_shown(name), known=", ".join(ACTIONS))
        for name in actions
        if name not in ACTIONS
    ]
    if type(session) is not int or not 1 <= session <= MOST_SESSIONS:
        whole = {"name": "session", "given": as_shown(session), "low": 1}
        problems.append(say("arguments.whole_from_to", **whole, high=MOST_SESSIONS))
    if not is_text_among(rater, RATERS):
        problems.append(unknown_rater(rater))
    return problems

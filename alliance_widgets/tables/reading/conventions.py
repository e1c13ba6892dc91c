"""How people write tables: other names of a column, words of a summary row, codes for missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from alliance_widgets.arguments import nearest
from alliance_widgets.tables.columns import Mask, Numbers, normal_name

__all__ = [
    "CLIENT_NAMES",
    "codes_among_counts",
    "codes_outside",
    "nearest_names",
    "summary_clients",
]

CLIENT_NAMES = (
    *("client", "client_id", "clientid", "id", "patient", "patient_id", "patientid", "pat", "pid"),
    *("pat_id", "case", "case_id", "subject", "subject_id", "subj", "participant"),
    *("participant_id", "person", "pseudonym", "code", "vp", "vpn", "vp_nr", "proband", "klient"),
    *("klientin", "klient_id", "patientin", "chiffre", "kennung", "fall", "sujet", "paciente"),
    *("cliente",),
)

OTHER_NAMES: Mapping[str, Sequence[str]] = {
    "client": CLIENT_NAMES,
    "session": (
        *("session_no", "session_nr", "session_number", "sessions", "visit", "week", "time"),
        *("sitzung", "sitzungsnummer", "stunde", "termin", "seance", "séance", "sesion", "sesión"),
    ),
    "alliance": ("wai", "wai_sr", "wai_s", "alliance_mean", "wai_mean", "allianz", "alianza"),
    "rater": ("perspective", "rated_by", "rating_by", "beurteiler", "quelle"),
    "sessions_attended": (
        *("sessions", "n_sessions", "attended", "number_of_sessions", "session_count"),
        *("sitzungen", "anzahl_sitzungen"),
    ),
    "ending": ("end", "ended", "status", "termination", "completion", "abschluss", "ende"),
}

ALIKE = 0.8  # of 1, as difflib counts; date and rater have .67

SUMMARIES = frozenset(
    (
        *("mean", "means", "average", "avg", "median", "sum", "total", "totals", "grand_total"),
        *("subtotal", "overall", "mittelwert", "mittel", "durchschnitt", "summe", "gesamt"),
        *("gesamtergebnis", "gesamtsumme", "insgesamt", "ergebnis", "moyenne", "médiane", "somme"),
        *("promedio", "totale", "somma", "gemiddelde", "totaal", "std_dev", "stddev", "std"),
        *("standard_deviation", "standardabweichung", "écart_type"),
    )
)
_ROOTS = {word.split("_")[0] for word in SUMMARIES}
NO_DIGITS = str.maketrans("", "", "0123456789")
# Too short to be told from a pseudonym, unless one of the others stands there too.
SHORT_SUMMARIES = frozenset(("n", "sd", "se", "min", "max", "count", "anzahl", "m", "ø"))

CODES = frozenset(
    sign * code for code in (99, 98, 97, 88, 77, 999, 998, 997, 888, 777, 9999) for sign in (1, -1)
) | {-1, -7, -8, -9}
LAST_OF_ITS_LENGTH = 9  # a code too, but also the top of a scale
CODES_OF_COUNTS = (99, 998, 999)
FAR_ABOVE = 1.5  # times the largest other count


def nearest_names(lacking: Iterable[str], found: Sequence[str]) -> dict[str, str]:
    """For each of the `lacking` names the one of `found` that may be meant, if there is one."""
    spare = {normal_name(name): name for name in found}
    meant = {}
    for name in lacking:
        other = next((each for each in OTHER_NAMES.get(name, ()) if each in spare), None)
        near = [other] if other else nearest(name, spare, n=1, cutoff=ALIKE)
        if near:
            meant[name] = spare.pop(near[0])
    return meant


def summary_clients(clients: Sequence[str]) -> list[str]:
    """Those of `clients` that are called as the rows below or between a table: Mean, A Total."""
    together = "\n".join(clients).lower().translate(NO_DIGITS)
    if not any(root in together for root in _ROOTS):
        return []  # as nearly always: no look at each of them
    words = {client: re.sub(r"[^\w]+$", "", normal_name(client)) for client in clients}
    there = set(words.values())
    found = [client for client, word in words.items() if _sums_up(word, there)]
    if any(words[client] in SUMMARIES for client in found):
        found += [client for client, word in words.items() if word in SHORT_SUMMARIES]
    return found


def _sums_up(word: str, clients: set[str]) -> bool:
    """Whether it is such a word, alone or before or behind the name of a client."""
    if word in SUMMARIES:
        return True
    first, _, behind = word.partition("_")
    before, _, last = word.rpartition("_")
    return (first in SUMMARIES and behind in clients) or (last in SUMMARIES and before in clients)


def codes_outside(outside: Numbers) -> list[float]:
    """Which of the values outside a scale are written for a missing one: 99, 999, -9."""
    values, counts = np.unique(outside, return_counts=True)
    codes = [value for value in values.tolist() if value in CODES]
    nine = counts[values == LAST_OF_ITS_LENGTH].sum()
    others = [value for value in values.tolist() if value not in (*codes, LAST_OF_ITS_LENGTH)]
    if nine and not others and (codes or nine > 1):
        codes.append(float(LAST_OF_ITS_LENGTH))
    return codes


def codes_among_counts(counts: Numbers) -> Mask:
    """Where a count is 99 or 999 and far above every other, as a code for missing is."""
    if not (counts >= CODES_OF_COUNTS[0]).any():
        return np.zeros(len(counts), dtype=bool)
    codes: npt.NDArray[np.bool_] = np.isin(counts, CODES_OF_COUNTS)
    if not codes.any():
        return codes
    others = counts[~codes & ~np.isnan(counts)]
    largest = others.max() if len(others) else CODES_OF_COUNTS[0]
    return codes & (counts > FAR_ABOVE * largest)

"""The rules and the search for episodes, one client at a time, straight from the definitions.

Written to be read, not to be fast, and without a look at the package. Nothing here knows floats:
given `fractions.Fraction`s all arithmetic is exact, so that a tie is a tie. A case is a list of
(session, score), sorted, observed sessions only. A rule gives the positions of its flags.
"""


def drops_of_at_least(case, threshold):
    return [i for i in range(1, len(case)) if case[i - 1][1] - case[i][1] >= threshold]


def drops_of_more_than(case, threshold):
    return [i for i in range(1, len(case)) if case[i - 1][1] - case[i][1] > threshold]


def squared_distances(case):
    mean = sum(score for _, score in case) / len(case)
    return sum((score - mean) ** 2 for _, score in case)


def drops_of_k_sd(case, k, variance):
    """Squares on both sides, so that no root has to be taken."""
    if not variance:
        return []
    drops = [case[i - 1][1] - case[i][1] for i in range(1, len(case))]
    return [i for i, drop in enumerate(drops, 1) if drop > 0 and drop**2 >= k**2 * variance]


def below_moving_range_limit(case, sigmas, constant, limits="all", first=None):
    flags = []
    for i, (_, score) in enumerate(case):
        base = {"all": case, "first": case[:first], "expanding": case[:i]}[limits]
        least = {"all": 2, "first": first, "expanding": 5}[limits]
        if len(base) < least:
            continue
        moves = [abs(base[j][1] - base[j - 1][1]) for j in range(1, len(base))]
        mean_move = sum(moves) / len(moves)
        mean = sum(score for _, score in base) / len(base)
        if mean_move > 0 and score < mean - sigmas * mean_move / constant:
            flags.append(i)
    return flags


def below_sd_limit(case, sigmas):
    if len(case) < 2:
        return []
    variance = squared_distances(case) / (len(case) - 1)
    mean = sum(score for _, score in case) / len(case)
    return [
        i
        for i, (_, score) in enumerate(case)
        if variance and score < mean and (mean - score) ** 2 > sigmas**2 * variance
    ]


def run_starts(flags):
    return [i for i in flags if i - 1 not in flags]


def episodes(case, starts, window, recover):
    """(onset, pre_session, pre, trough_session, trough, repair_session or None, status)."""

    def regained(onset, i, trough):
        return case[i][1] - trough >= recover * (case[onset - 1][1] - trough)

    return episodes_until(case, starts, window, regained)


def episodes_until(case, starts, window, back):
    """The same, with `back(onset, i, trough)` saying whether the case is back at position i.

    None says that nobody can tell.
    """
    found = []
    i = 1
    while i < len(case):
        if i not in starts or case[i][1] >= case[i - 1][1]:
            i += 1
            continue
        start = i
        onset, trough = case[i]
        pre_session, pre = case[i - 1]
        trough_session, repair_session, untold = onset, None, False
        i += 1
        while i < len(case) and case[i][0] <= onset + window and repair_session is None:
            session, score = case[i]
            if score < trough:
                trough_session, trough = session, score
            verdict = back(start, i, trough)
            untold = untold or verdict is None
            if verdict and score > trough:
                repair_session = session
            i += 1
        if repair_session is not None:
            status = "repaired"
        elif untold or case[-1][0] < onset + window:
            status = "open"
        else:
            status = "unrepaired"
        found.append((onset, pre_session, pre, trough_session, trough, repair_session, status))
    return found


def pattern(found):
    seen = {episode[-1] for episode in found}
    for status in ("unrepaired", "open", "repaired"):
        if status in seen:
            return status
    return "no_rupture"

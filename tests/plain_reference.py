"""The rules and the search for episodes, one client at a time, straight from the definitions.

Written to be read, not to be fast, and without a look at the package. Nothing here knows floats:
given `fractions.Fraction`s all arithmetic is exact, so that a tie is a tie. A case is a list of
(session, score), sorted, observed sessions only. A rule gives the positions of its flags.
"""

from fractions import Fraction


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


def center_and_sigma(case, constant, center, sigma):
    if center is None:
        center = sum(score for _, score in case) / len(case)
    if sigma is None:
        moves = [abs(case[i][1] - case[i - 1][1]) for i in range(1, len(case))]
        sigma = sum(moves) / len(moves) / constant if moves else 0
    return center, sigma


def below_smoothed_limit(case, weight, sigmas, constant, center=None, sigma=None):
    """Squares on both sides, so that no root has to be taken."""
    center, sigma = center_and_sigma(case, constant, center, sigma)
    flags, smoothed = [], center
    for i, (_, score) in enumerate(case):
        smoothed = weight * score + (1 - weight) * smoothed
        part = weight / (2 - weight) * (1 - (1 - weight) ** (2 * (i + 1)))
        if sigma and smoothed < center and (center - smoothed) ** 2 > (sigmas * sigma) ** 2 * part:
            flags.append(i)
    return flags


def above_running_sum(case, allowance, decision, constant, center=None, sigma=None):
    center, sigma = center_and_sigma(case, constant, center, sigma)
    flags, running = [], 0
    for i, (_, score) in enumerate(case):
        running = max(0, running + (center - allowance * sigma) - score)
        if sigma and running > decision * sigma:
            flags.append(i)
    return flags


def least_squares(case, degree):
    """The coefficients of the powers of the session number, from the normal equations."""
    terms = range(degree + 1)
    rows = [
        [sum(session ** (i + j) for session, _ in case) for j in terms]
        + [sum(session**i * score for session, score in case)]
        for i in terms
    ]
    for i in terms:
        rows[i] = [value / Fraction(rows[i][i]) for value in rows[i]]
        for j in terms:
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]


def below_trend(case, k, degree):
    if len(case) < 6:
        return []
    powers = list(enumerate(least_squares(case, degree)))
    misses = [score - sum(c * session**i for i, c in powers) for session, score in case]
    variance = sum(miss**2 for miss in misses) / Fraction(len(case) - degree - 1)
    return [i for i, miss in enumerate(misses) if miss < 0 and miss**2 > k**2 * variance]


def sudden_drops(case, cutoff, floor, quantiles):
    flags = []
    for i in range(1, len(case)):
        before = [score for _, score in case[max(0, i - 3) : i]]
        after = [score for _, score in case[i : i + 3]]
        drop = before[-1] - after[0]
        if min(len(before), len(after)) < 2 or drop < cutoff:
            continue
        if drop < (before[-1] - floor) / 4:
            continue
        degrees = len(before) + len(after) - 2
        variance = sum(squared_distances(list(enumerate(side))) for side in (before, after))
        variance /= Fraction(degrees)
        fall = Fraction(sum(before)) / len(before) - Fraction(sum(after)) / len(after)
        if fall > 0 and fall**2 > quantiles[degrees] ** 2 * variance:
            flags.append(i)
    return flags


def below(case, cutoff):
    return [i for i, (_, score) in enumerate(case) if score < cutoff]


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

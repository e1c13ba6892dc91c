"""Each value as often as its count says, whatever the machine's own whole numbers are.

In a browser Python is a 32-bit program: there NumPy takes no count of 64 bits for a length.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["repeated"]


def repeated(values: npt.NDArray[Any], times: Any) -> npt.NDArray[Any]:
    """`values`, the first `times[0]` times, the second `times[1]` times, and so on."""
    return np.repeat(values, np.asarray(times).astype(np.intp))

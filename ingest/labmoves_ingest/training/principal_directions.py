"""The directions in which vectors vary most, by which the encoders' vectors are made short.

mean, directions = principal_directions(seen, 96)
short = (vectors - mean) @ directions
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["principal_directions"]

Array = NDArray[np.float64]


def principal_directions(seen: Array, size: int, counts: NDArray[np.int64] | None = None) -> tuple[Array, Array]:
    """Mean (width,) and the first `size` principal directions (width, size) of the rows of `seen`.

    Each direction is divided by the geometric mean of its own spread and the overall one, so that the first do not
    drown the rest; its largest part is positive, so that equal input gives equal signs. counts: how often each row
    counts; None: once.
    """
    mean: Array = np.average(seen, axis=0, weights=counts)
    values, directions = np.linalg.eigh(np.cov(seen - mean, rowvar=False, fweights=counts))
    spread = np.sqrt(values[::-1][:size])
    directions = directions[:, ::-1][:, :size]
    directions = directions * np.sign(directions[np.abs(directions).argmax(axis=0), range(size)])
    return mean, directions / np.sqrt(spread * np.sqrt((spread**2).mean()))

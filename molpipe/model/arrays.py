"""One check for every array that a model type holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def frozen_array(name: str, value: npt.ArrayLike, shape: tuple[int | None, ...]) -> FloatArray:
    """A read-only, C-contiguous float64 copy of ``value``.

    Args:
        name: what to call the array in an error.
        value: anything that numpy takes.
        shape: the wanted shape; ``None`` leaves that axis free.

    Raises:
        ValueError: for another shape, or where an entry is not finite.
    """
    array = np.array(value, dtype=np.float64, order="C", copy=True)
    fits = array.ndim == len(shape) and all(
        want is None or want == have for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds values that are not finite")
    array.setflags(write=False)
    return array

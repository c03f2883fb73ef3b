"""An array in a model type is checked once and never changes again."""

import numpy as np
import pytest

from molpipe.model.arrays import frozen_array


def test_result_is_a_read_only_copy():
    mine = np.arange(6.0).reshape(2, 3)
    frozen = frozen_array("mine", mine, (2, 3))
    mine[0, 0] = 99.0
    assert frozen[0, 0] == 0.0
    with pytest.raises(ValueError, match="read-only"):
        frozen[0, 0] = 1.0


def test_dtype_and_order_are_fixed():
    frozen = frozen_array("mine", np.arange(6, dtype=np.int8).reshape(2, 3).T, (3, 2))
    assert frozen.dtype == np.float64
    assert frozen.flags.c_contiguous
    assert frozen[2, 1] == 5.0


def test_free_axes_take_any_length():
    for n in (0, 1, 7):
        assert frozen_array("mine", np.ones((n, 3)), (None, 3)).shape == (n, 3)


@pytest.mark.parametrize("shape", [(3, 2), (6,), (2, 3, 1), (None,), ()])
def test_another_shape_is_refused_by_name(shape):
    with pytest.raises(ValueError, match=r"coordinates must have shape .* got \(2, 3\)"):
        frozen_array("coordinates", np.zeros((2, 3)), shape)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_entries_that_are_not_finite_are_refused(bad):
    with pytest.raises(ValueError, match="not finite"):
        frozen_array("mine", [0.0, bad], (2,))

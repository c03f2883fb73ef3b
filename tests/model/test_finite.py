"""A number that is none is found wherever it stands."""

from dataclasses import dataclass

import numpy as np
import pytest

from molpipe.model.finite import not_finite


@dataclass
class Block:
    value: object


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (float("nan"), "x is nan"),
        (np.float64("-inf"), "x is -inf"),
        (Block({"a": (1.0, [2.0, float("inf")])}), "x.value.a[1][1] is inf"),
        ((0.0, Block(float("nan")), float("inf")), "x[1].value is nan"),
    ],
)
def test_it_is_named_by_its_place(value, found):
    assert not_finite(value, "x") == found


@pytest.mark.parametrize("value", [1, 1.5, True, None, "nan", (), Block({"a": [1e308, -0.0]})])
def test_everything_else_is_fine(value):
    assert not_finite(value, "x") is None

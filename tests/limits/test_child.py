"""What comes back of a calculation."""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from molpipe.errors import InvariantError, ResourceError, SCFNotConverged
from molpipe.limits import Workers
from tests.limits.work import (
    AMPLE,
    exhaust_memory,
    hydrogen,
    leave_system,
    make_unpicklable,
    raise_foreign,
    raise_ours,
    thread_settings,
)


def test_value_comes_back_and_frozen_arrays_stay_frozen(workers):
    geometry = workers.run(hydrogen, **AMPLE)
    assert geometry.symbols == ("H", "H")
    assert np.array_equal(geometry.coordinates, hydrogen().coordinates)
    assert not geometry.coordinates.flags.writeable


def test_error_of_the_tree_comes_back_whole(workers):
    with pytest.raises(SCFNotConverged) as caught:
        workers.run(raise_ours, **AMPLE)
    error = caught.value
    assert (error.message, error.hint, error.code, error.stage) == (
        "no SCF in 50 cycles",
        "try newton",
        "SLOW",
        "scf",
    )


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (raise_foreign, ("KeyError", "nothing here", "raise_foreign", "work.py")),
        (leave_system, ("SystemExit", "leave_system")),
        (make_unpicklable, ("TypeError", "pickle")),
    ],
)
def test_foreign_exception_is_our_bug_and_says_where(workers, caplog, function, words):
    with pytest.raises(InvariantError) as caught:
        workers.run(function, **AMPLE)
    assert caught.value.code == "UNEXPECTED"
    assert all(word in caught.value.message for word in words)
    assert "Traceback" in caplog.text


def test_refused_allocation_is_a_resource_error(workers):
    with pytest.raises(ResourceError, match="9 TiB"):
        workers.run(exhaust_memory, **AMPLE)


def test_threads_are_set_in_the_child_and_nothing_changes_in_the_parent():
    before = dict(os.environ), vars(sys.modules["__main__"]).copy()
    with Workers(processes=1, threads=2) as workers:
        assert workers.run(thread_settings, **AMPLE) == ["2"] * 4
    assert (dict(os.environ), vars(sys.modules["__main__"])) == before

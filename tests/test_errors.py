"""Every error of the tree can be told apart, and leaves a child process whole."""

import pickle

import pytest

import molpipe.errors
from molpipe.errors import MolpipeError


def tree(kind=MolpipeError):
    return [kind, *(below for child in kind.__subclasses__() for below in tree(child))]


OURS = [kind for kind in tree() if kind.__module__ == "molpipe.errors"]


@pytest.mark.parametrize("kind", OURS)
def test_pickling_keeps_every_field(kind):
    error = kind("HF did not converge", hint="try newton", code="SLOW", stage="scf")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert vars(back) == vars(error)
    assert str(back) == "HF did not converge"


def test_codes_tell_the_classes_apart():
    codes = [kind("").code for kind in OURS]
    assert len(set(codes)) == len(codes)


def test_the_first_stage_that_is_named_stays():
    assert MolpipeError("x").at("scf").at("vqe").stage == "scf"


def test_the_tree_is_drawn_whole():
    drawn = molpipe.errors.__doc__
    assert all(kind.__name__ in drawn for kind in OURS)

import pytest

from molpipe.quantum.excitation import Excitation


def test_operators_read_from_left_to_right():
    double = Excitation((0,), (2,), (1,), (3,))
    assert double.operators == ((4, True), (0, False), (7, True), (3, False))
    assert double.rank == 2


def test_same_spin_operators_are_nested():
    double = Excitation((0, 1), (2, 3))
    assert double.operators == ((4, True), (6, True), (2, False), (0, False))


def test_spin_flip_twice_is_the_identity():
    excitation = Excitation((0,), (2,), (1,), (3,))
    assert excitation.spin_flipped.spin_flipped == excitation
    assert excitation.spin_flipped == Excitation((1,), (3,), (0,), (2,))


@pytest.mark.parametrize("parts", [((), ()), ((0,), ()), ((0,), (0,)), ((0, 0), (1, 2))])
def test_what_is_no_excitation_is_refused(parts):
    with pytest.raises(ValueError, match=r"excitation|electrons|twice"):
        Excitation(*parts)

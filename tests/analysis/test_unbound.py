from dataclasses import replace

import pytest

from molpipe.analysis.unbound import unbound_warnings
from tests.model import samples


def problem(highest, **fields):
    mean_field = replace(samples.PROBLEM.mean_field, mo_energy=[-2.0, highest, 3.0], **fields)
    return replace(samples.PROBLEM, mean_field=mean_field)


@pytest.mark.parametrize(("highest", "codes"), [(-0.2, []), (0.2, ["DIFFUSE_NEEDED"])])
def test_an_occupied_orbital_above_zero_is_said(highest, codes):
    assert [warning.code for warning in unbound_warnings(problem(highest))] == codes


def test_orbital_energies_of_open_shells_are_not_judged():
    assert unbound_warnings(problem(0.2, kind="rohf")) == ()
    assert unbound_warnings(None) == ()

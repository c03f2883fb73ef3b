"""Rows that form a curve, with chosen energies [Ha] at each point."""

from __future__ import annotations

from dataclasses import replace

from molpipe.model.curves import SCAN_COLUMN
from molpipe.model.results import EnergyValue
from tests.analysis.cases import row, with_energies, with_settings


def point(number, coordinate, *, casci, vqe_error=1e-4, ccsd_error=1e-4, **settings):
    """A point of the series ``N2`` whose UCCSD-VQE and CCSD are off by chosen errors [Ha]."""
    found = row(number, f"N2 {coordinate:g}", casci=casci, hf=casci + 0.1)
    active = found.energies.active
    found = with_energies(
        found,
        "active",
        ccsd=EnergyValue.ok(casci + ccsd_error),
        vqe=EnergyValue.ok(casci + vqe_error, s2=active.vqe.s2),
    )
    solver = replace(found.comparison.solver, judge="casci", vqe_minus_judge_mha=1e3 * vqe_error)
    return replace(
        with_settings(found, **settings),
        series="N2",
        coordinate=coordinate,
        comparison=replace(found.comparison, solver=solver),
        extra={SCAN_COLUMN: "bond N1-N2 [angstrom]"},
    )

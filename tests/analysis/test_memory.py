"""Estimates of memory: what drives them, and how they compare with children that were watched."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from molpipe.analysis import memory
from molpipe.analysis.memory import LIBRARIES_GB
from molpipe.chem.conformer.refinement import AUTO_REFINE_ATOMS
from molpipe.chem.reference.cost import Cost
from molpipe.limits import Workers
from molpipe.model.molecule import Geometry, MoleculeRecord
from molpipe.model.settings import Settings
from molpipe.stages import build_problem, expected_gb, reference_energies
from tests.model.samples import MEAN_FIELD, PROBLEM, REFERENCES


def problem_of(n_occupied, n_empty, *, open_shell=False, n_active=2, nelec=(1, 1)):
    """A problem without meaning, of a size."""
    n = n_occupied + n_empty
    field = replace(
        MEAN_FIELD,
        kind="rohf" if open_shell else "rhf",
        mo_coeff=np.eye(n),
        mo_energy=np.arange(n, dtype=float),
        mo_occ=[2.0] * n_occupied + [0.0] * n_empty,
        stable_external=True,
        followed_from=None,
    )
    return replace(
        PROBLEM,
        mean_field=field,
        n_frozen_core=0,
        nelec=nelec,
        one_body=np.zeros((n_active,) * 2),
        two_body=np.zeros((n_active,) * 4),
        orbital_coeff=np.zeros((n, n_active)),
        orbital_energies=np.zeros(n_active),
        occupations=np.zeros(n_active),
    )


def hydrogen_fluoride(**changes):
    values = {"symbols": ("H", "F"), "coordinates": [[0, 0, 0], [0, 0, 0.92]]}
    values |= {"charge": 0, "multiplicity": 1, "origin": "given"}
    return Geometry(**(values | changes))


def record_of(formula):
    return MoleculeRecord(
        smiles=None, inchikey=None, formula=formula, charge=0, multiplicity=1, n_electrons=0
    )


def test_only_a_refined_geometry_needs_more_than_the_libraries():
    large = Settings(basis="cc-pv5z")
    none = large.with_overrides({"conformer.refine": "none"})
    record, geometry = record_of("HF"), hydrogen_fluoride()
    assert memory.of_geometry(record, large) == memory.of_problem(geometry, large) > LIBRARIES_GB
    assert memory.of_geometry(replace(record, geometry=geometry), large) == LIBRARIES_GB
    assert memory.of_geometry(record, none) == LIBRARIES_GB


@pytest.mark.parametrize("n_atoms", [AUTO_REFINE_ATOMS, AUTO_REFINE_ATOMS + 1])
def test_auto_refines_as_the_conformer_stage_does(n_atoms):
    estimate = memory.of_geometry(record_of(f"H{n_atoms}"), Settings())
    assert (estimate > LIBRARIES_GB) == (n_atoms == AUTO_REFINE_ATOMS)


def test_a_formula_counts_every_atom():
    settings = Settings(basis="def2-svp").with_overrides({"conformer.refine": "hf"})
    symbols = ("C",) * 6 + ("H",) * 14 + ("F",) + ("Si",) * 2
    geometry = hydrogen_fluoride(symbols=symbols, coordinates=np.zeros((23, 3)))
    by_formula = memory.of_geometry(record_of("C6H14FSi2+"), settings)
    assert by_formula == memory.of_problem(geometry, settings)


def test_auto_counts_all_of_coupled_cluster_wherever_it_is_affordable():
    auto, named = Settings(full_space="auto"), Settings(full_space="ccsd_t")
    for open_shell in (False, True):
        affordable = [
            (o, v)
            for o in range(1, 30)
            for v in range(10, 200, 10)
            if Cost.of(o, v, by_spin=open_shell).affordable
        ]
        assert affordable
        for o, v in affordable:
            problem = problem_of(o, v, open_shell=open_shell)
            estimates = [memory.of_references(problem, settings) for settings in (auto, named)]
            assert estimates[0] == estimates[1], (o, v)


def test_auto_leaves_out_what_it_would_not_compute():
    large = problem_of(20, 200)
    none, auto, named = (
        memory.of_references(large, Settings(full_space=wanted))
        for wanted in ("none", "auto", "ccsd_t")
    )
    assert none < auto < named


def test_spin_and_instability_cost_more():
    closed, opened = problem_of(5, 80), problem_of(5, 80, open_shell=True)
    unstable = replace(closed, mean_field=replace(closed.mean_field, stable_external=False))
    estimates = [memory.of_references(p, Settings()) for p in (closed, opened, unstable)]
    assert estimates[0] < estimates[1] == estimates[2]


def test_the_active_space_counts_until_it_has_no_exact_solution():
    small, large, too_large = (
        memory.of_references(problem_of(8, 10, n_active=n, nelec=(n // 2,) * 2), Settings())
        for n in (6, 12, 16)
    )
    assert small < large > too_large


def test_a_state_on_qubits_is_longer_than_one_in_the_sector():
    problem = problem_of(8, 10, n_active=14, nelec=(7, 7))
    sector, lucj, qubits = (
        memory.of_vqe(problem, REFERENCES, settings)
        for settings in (Settings(), Settings(ansatz="lucj"), Settings(backend="qsim"))
    )
    assert LIBRARIES_GB < sector < lucj < qubits


def test_every_stage_has_an_estimate_and_the_parent_needs_no_engine_for_it():
    code = (
        "import sys, molpipe.stages as s;"
        "stages = [s.embed, s.build_problem, s.reference_energies, s.minimise, s.second_order,"
        " s.baseline_energy];"
        "print(all(stage in s._EXPECTED for stage in stages),"
        " *({'rdkit', 'pyscf', 'cirq', 'numba'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "True"
    assert expected_gb(abs, (-1,)) == LIBRARIES_GB


NAPHTHALENE = Geometry(
    symbols=("C",) * 10 + ("H",) * 8,
    coordinates=[
        *([x, y, 0.0] for x in (-1.24, 1.24) for y in (-1.40, 1.40)),
        *([x, y, 0.0] for x in (-2.43, 2.43) for y in (-0.71, 0.71)),
        *([0.0, y, 0.0] for y in (-0.71, 0.71)),
        *([x, y, 0.0] for x in (-1.24, 1.24) for y in (-2.49, 2.49)),
        *([x, y, 0.0] for x in (-3.37, 3.37) for y in (-1.24, 1.24)),
    ],
    charge=0,
    multiplicity=1,
    origin="given",
)


def watched(function, *arguments):
    """The value, and the peak of resident memory [GB] of a process that made nothing else."""
    value = function(*arguments)
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return value, 1024e-9 * int(found[1])


def peak(function, *arguments):
    with Workers(processes=1, threads=1) as one:
        value, peak_gb = one.run(watched, function, *arguments, seconds=600, memory_gb=8)
    estimate = expected_gb(function, arguments)
    assert peak_gb <= estimate <= 3 * peak_gb
    return value


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("geometry", "basis"),
    [
        (hydrogen_fluoride(), "sto-3g"),
        (hydrogen_fluoride(), "cc-pvqz"),
        (hydrogen_fluoride(charge=1, multiplicity=2), "aug-cc-pvtz"),
    ],
)
def test_estimates_hold_against_measured_peaks(geometry, basis):
    settings = Settings(basis=basis)
    problem = peak(build_problem, geometry, settings)
    peak(reference_energies, problem, settings)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_estimates_hold_for_150_basis_functions():
    problem = peak(build_problem, NAPHTHALENE, Settings())
    assert len(problem.mean_field.mo_coeff) == 156

"""molpipe: ``minimise`` as users run it, with a clock around its backend.

    python -m benchmarks.drivers.ours H2O

The gradient is pushed to 1e-7 Ha so that the optimum is the optimum; how long the last digits
take is not in the time to 1e-6 Ha.
"""

from __future__ import annotations

import argparse
import time
from math import prod
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
from pyscf import ao2mo
from pyscf.fci import cistring, direct_spin1

from benchmarks.drivers.references import settings_for, solved
from benchmarks.measurement import Measurement, Stopwatch, peak_mb, versions
from benchmarks.molecules import MOLECULES, Molecule
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.quantum import vqe
from molpipe.quantum.sector.layout import sector_shape

PACKAGES = ("molpipe", "cirq-core", "pyscf", "numba", "numpy", "scipy")
TOLERANCE = 1e-7
REPEATS, ENOUGH = 25, 2.0
"""The contraction is timed so often, or until so many seconds are gone."""

LARGEST = 20_000_000
"""Determinants beyond which a contraction without symmetry takes minutes: it is left out."""


class ClockedBackend:
    """A backend that records its evaluations."""

    def __init__(self, backend: Any, watch: Stopwatch) -> None:
        self._backend = backend
        self.energy_and_gradient = watch.timed(backend.energy_and_gradient)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def solve(molecule: Molecule, *, threads: int, seconds: float) -> Measurement:
    """SCF and references, then the clock: ansatz, tables, optimisation."""
    settings = settings_for(molecule, threads)
    problem, references = solved(molecule, settings)
    tight = settings.with_overrides({"gradient_tolerance": TOLERANCE})
    build = vqe.backend_builder(settings.backend)
    watch = Stopwatch()

    def build_clocked(*args: Any) -> Any:
        return ClockedBackend(build(*args), watch)

    with patch.object(vqe, "backend_builder", lambda _: build_clocked):
        result = vqe.minimise(problem, references, tight, seconds=seconds)
    return Measurement(
        tool="molpipe",
        molecule=molecule.name,
        n_qubits=problem.n_qubits,
        n_parameters=result.n_parameters,
        scf_energy=problem.hf_energy,
        evaluations=tuple(watch.evaluations),
        peak_mb=peak_mb(),
        versions=versions(PACKAGES),
        exact=references.active.casci.good,
        contraction=contraction_seconds(problem),
    )


def contraction_seconds(problem: ActiveSpaceProblem) -> float | None:
    """Processor time [s] of one contraction with its tables at hand: the limit."""
    n, nelec = problem.n_orbitals, problem.nelec
    if prod(sector_shape(n, nelec)) > LARGEST:
        return None
    packed = ao2mo.restore(4, np.array(problem.two_body), n)
    integrals = direct_spin1.absorb_h1e(np.array(problem.one_body), packed, n, nelec, 0.5)
    links = tuple(cistring.gen_linkstr_index_trilidx(range(n), count) for count in nelec)
    shape = [cistring.num_strings(n, count) for count in nelec]
    vector = np.random.default_rng(0).normal(size=shape)
    times: list[float] = []
    while len(times) < 3 or (len(times) < REPEATS and sum(times) < ENOUGH):
        began = time.process_time()
        direct_spin1.contract_2e(integrals, vector, n, nelec, links)
        times.append(time.process_time() - began)
    return median(times)


def main() -> None:
    """Warm up on another molecule, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("molecule", choices=MOLECULES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="for the VQE")
    chosen = parser.parse_args()
    molecule = MOLECULES[chosen.molecule]
    options = {"threads": chosen.threads, "seconds": chosen.seconds}
    solve(MOLECULES[molecule.warm_up], **options)
    print(solve(molecule, **options).to_json())


if __name__ == "__main__":
    main()

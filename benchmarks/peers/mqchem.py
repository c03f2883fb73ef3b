"""MindQuantum's chemistry simulator, as its tutorial uses it.

    python -m benchmarks.peers.mqchem H2O

CCSD belongs to the references, as for molpipe: its amplitudes are there when the clock starts.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from mindquantum.simulator import mqchem
from openfermion import MolecularData
from openfermionpyscf import run_pyscf

from benchmarks.measurement import Measurement, Stopwatch, peak_mb, versions
from benchmarks.molecules import MOLECULES, Molecule
from benchmarks.peers.descent import descend

PACKAGES = ("mindquantum", "openfermion", "pyscf", "numpy", "scipy")


def solve(molecule: Molecule) -> Measurement:
    """SCF and CCSD, then the clock: Hamiltonian, ansatz, simulator, optimisation."""
    data = _references(molecule)
    watch = Stopwatch()
    hamiltonian, circuit, start = mqchem.prepare_uccsd_vqe(data)
    simulator = mqchem.MQChemSimulator(data.n_qubits, data.n_electrons)
    operations = simulator.get_expectation_with_grad(hamiltonian, circuit)

    def energy_and_gradient(parameters: Any) -> tuple[float, Any]:
        energy, gradient = operations(parameters)
        return float(np.real(energy).item()), np.real(gradient).ravel()

    descend(watch.timed(energy_and_gradient), start)
    return Measurement(
        tool="mqchem",
        molecule=molecule.name,
        n_qubits=data.n_qubits,
        n_parameters=len(start),
        scf_energy=float(data.hf_energy),
        evaluations=tuple(watch.evaluations),
        peak_mb=peak_mb(),
        versions=versions(PACKAGES),
    )


def _references(molecule: Molecule) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        data = MolecularData(
            list(molecule.atoms),
            molecule.basis,
            multiplicity=1,
            charge=0,
            filename=str(Path(folder) / "molecule"),
        )
        return run_pyscf(data, run_scf=True, run_ccsd=True)


if __name__ == "__main__":
    chosen = MOLECULES[sys.argv[1]]
    solve(MOLECULES[chosen.warm_up])
    print(solve(chosen).to_json())

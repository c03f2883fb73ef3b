"""The VQE of a molecule and PySCF's own CCSD of it, each from where its inputs are finished.

python -m benchmarks.drivers.ccsd H2O
"""

from __future__ import annotations

import json
import sys
import time

from pyscf import cc, gto, scf

from benchmarks.drivers.references import settings_for, solved
from benchmarks.measurement import versions
from benchmarks.molecules import MOLECULES, Molecule
from molpipe.quantum.vqe import minimise


def vqe_seconds(molecule: Molecule) -> tuple[float, int]:
    """Processor time [s] from finished references to the default tolerance, and the qubits."""
    settings = settings_for(molecule)
    problem, references = solved(molecule, settings)
    began = time.process_time()
    minimise(problem, references, settings)
    return time.process_time() - began, problem.n_qubits


def ccsd_seconds(molecule: Molecule) -> float:
    """Processor time [s] of CCSD from finished SCF, at PySCF's defaults."""
    mole = gto.M(atom=list(molecule.atoms), basis=molecule.basis, verbose=0)
    mean_field = scf.RHF(mole).run()
    began = time.process_time()
    cc.CCSD(mean_field).kernel()
    return time.process_time() - began


def main() -> None:
    """Warm up on another molecule, then measure both."""
    molecule = MOLECULES[sys.argv[1]]
    for each in (MOLECULES[molecule.warm_up], molecule):
        (vqe, n_qubits), ccsd = vqe_seconds(each), ccsd_seconds(each)
    found = versions(("molpipe", "pyscf"))
    print(json.dumps({"n_qubits": n_qubits, "vqe": vqe, "ccsd": ccsd, "versions": found}))


if __name__ == "__main__":
    main()

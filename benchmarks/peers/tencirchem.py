"""TenCirChem-NG through its public interface, from MP2 or CCSD start parameters.

    python -m benchmarks.peers.tencirchem H2O --start ccsd

Its constructor runs CCSD itself; the clock stands still meanwhile, because CCSD belongs to the
references of every tool.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from pyscf import gto, scf
from pyscf.cc import ccsd
from tencirchem import UCCSD

from benchmarks.measurement import Measurement, Stopwatch, peak_mb, versions
from benchmarks.molecules import MOLECULES, Molecule
from benchmarks.peers.descent import descend

PACKAGES = ("tencirchem-ng", "tensorcircuit-ng", "openfermion", "pyscf", "numpy", "scipy")
ELSEWHERE = ((scf.hf.SCF, "kernel"), (ccsd.CCSD, "kernel"))


def solve(molecule: Molecule, start: str) -> Measurement:
    """SCF, then the clock: ansatz, tables, optimisation."""
    mole = gto.M(atom=list(molecule.atoms), basis=molecule.basis, verbose=0)
    mean_field = scf.RHF(mole).run()
    watch = Stopwatch()
    with ExitStack() as stack:
        for owner, method in ELSEWHERE:
            stack.enter_context(watch.stopped(owner, method))
        solver = UCCSD(mean_field, init_method=start, run_ccsd=start == "ccsd", run_fci=False)
    descend(watch.timed(solver.energy_and_grad), solver.init_guess)
    return Measurement(
        tool=f"tencirchem-{start}",
        molecule=molecule.name,
        n_qubits=2 * mean_field.mo_coeff.shape[1],
        n_parameters=solver.n_params,
        scf_energy=float(mean_field.e_tot),
        evaluations=tuple(watch.evaluations),
        peak_mb=peak_mb(),
        versions=versions(PACKAGES),
    )


def main() -> None:
    """Warm up on another molecule, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("molecule", choices=MOLECULES)
    parser.add_argument("--start", choices=("mp2", "ccsd"), default="mp2")
    chosen = parser.parse_args()
    molecule = MOLECULES[chosen.molecule]
    solve(MOLECULES[molecule.warm_up], chosen.start)
    print(solve(molecule, chosen.start).to_json())


if __name__ == "__main__":
    main()

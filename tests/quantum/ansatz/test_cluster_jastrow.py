import cirq
import numpy as np
import pytest

from molpipe.chem.problem import build_problem
from molpipe.chem.reference import reference_energies
from molpipe.model.molecule import Geometry
from molpipe.quantum.ansatz.cluster_jastrow import Couplings, jastrow_ansatz
from molpipe.quantum.ansatz.lucj import couplings, singles_rotations
from molpipe.quantum.backends.complex_sector import ComplexSectorBackend
from molpipe.quantum.double_factorization import jastrow_layers
from molpipe.quantum.gates import register
from molpipe.quantum.sector.simulator import SectorSimulator
from tests.quantum.molecules import SETTINGS, solved
from tests.tolerances import CCSD, EXACT, FCI

SAME_STATE = 1e-8
"""1 - |overlap| of states from the same amplitudes, in two programs."""

# Hartree-Fock, CCSD and exact energies [Ha] of N2 in STO-6G, CAS(6,6) behind 4 frozen orbitals:
# the documentation of ffsim 0.0.85.
N2_CLASSICAL = {
    1.0: (-108.464957765, -108.565829096, -108.566842252),
    1.2: (-108.535614529, -108.690590875, -108.694364843),
}

# UCJ energies [Ha] of N2 in STO-6G, CAS(6,6) behind 4 frozen orbitals, from the T2 of CCSD with
# 1, 2 and all terms: ffsim 0.0.85, UCJOpSpinBalanced.from_t_amplitudes, as in its documentation.
N2_UCJ = {
    1.0: {1: -108.538289755, 2: -108.552819648, None: -108.565223185},
    1.2: {1: -108.651107091, 2: -108.668133034, None: -108.688618368},
}


def closed(problem):
    return problem.geometry.multiplicity == 1


def ansatz_of(problem, references, n_layers, pairs):
    amplitudes = references.ccsd_amplitudes
    return jastrow_ansatz(
        jastrow_layers(amplitudes, closed_shell=closed(problem))[:n_layers],
        final_rotations=singles_rotations(amplitudes),
        couplings=pairs,
        nelec=problem.nelec,
        closed_shell=closed(problem),
        start_name="ccsd",
    )


def start_state(problem, ansatz):
    return ComplexSectorBackend(problem, ansatz).state(ansatz.start)


@pytest.fixture
def ffsim():
    """An independent program; CI installs it from requirements-peers.lock."""
    return pytest.importorskip("ffsim", reason="ffsim, a peer to compare with, is not installed")


def overlap(ffsim, problem, ansatz, theirs):
    """|<ours|theirs>| of the start state and of ffsim's operator on Hartree-Fock."""
    n, nelec = problem.n_orbitals, problem.nelec
    reference = ffsim.hartree_fock_state(n, nelec)
    state = ffsim.apply_unitary(reference, theirs, norb=n, nelec=nelec)
    return abs(np.vdot(start_state(problem, ansatz).ravel(), state))


@pytest.mark.parametrize("bond", N2_UCJ)
def test_nitrogen_has_the_published_energies(bond):
    geometry = Geometry(
        symbols=("N", "N"),
        coordinates=np.array([[0.0, 0.0, 0.0], [0.0, 0.0, bond]]),
        charge=0,
        multiplicity=1,
        origin="given",
    )
    settings = SETTINGS.with_overrides(
        {"basis": "sto-6g", "active_space": "6,6", "orbitals": "canonical"}
    )
    problem = build_problem(geometry, settings)
    references = reference_energies(problem, settings)
    hf, ccsd, exact = N2_CLASSICAL[bond]
    assert problem.hf_energy == pytest.approx(hf, abs=FCI)
    assert references.active.ccsd.value == pytest.approx(ccsd, abs=CCSD)
    assert references.active.casci.value == pytest.approx(exact, abs=FCI)
    layers = jastrow_layers(references.ccsd_amplitudes, closed_shell=True)
    for n_layers, published in N2_UCJ[bond].items():
        ansatz = jastrow_ansatz(
            layers[:n_layers],
            final_rotations=np.array([np.eye(6)] * 2, dtype=complex),
            couplings=couplings(6, "all"),
            nelec=(3, 3),
            closed_shell=True,
            start_name="ccsd",
        )
        energy = ComplexSectorBackend(problem, ansatz).energy(ansatz.start)
        assert energy == pytest.approx(published, abs=FCI)


@pytest.mark.parametrize("n_layers", [1, 3, None])
def test_ffsim_makes_the_same_state_from_the_same_amplitudes(n_layers, ffsim):
    problem, references = solved("H2O")
    n, amplitudes = problem.n_orbitals, references.ccsd_amplitudes
    ansatz = ansatz_of(problem, references, n_layers, couplings(n, "all"))
    theirs = ffsim.UCJOpSpinBalanced.from_t_amplitudes(
        amplitudes.t2ab, t1=amplitudes.t1a, n_reps=n_layers
    )
    assert overlap(ffsim, problem, ansatz, theirs) == pytest.approx(1.0, abs=SAME_STATE)


@pytest.mark.parametrize("connectivity", ["square", "heavy-hex"])
def test_ffsim_makes_the_same_local_state_from_the_same_layers(connectivity, ffsim):
    """From the layers, as the order of their orbitals is a convention of each program."""
    problem, references = solved("H2O")
    n, amplitudes = problem.n_orbitals, references.ccsd_amplitudes
    pairs = couplings(n, connectivity)
    layers = jastrow_layers(amplitudes, closed_shell=True)
    same, opposite = np.eye(n), np.zeros((n, n))
    for mask, joined in ((same, pairs.same_spin), (opposite, pairs.opposite_spin)):
        for p, q in joined:
            mask[p, q] = mask[q, p] = 1.0
    theirs = ffsim.UCJOpSpinBalanced(
        diag_coulomb_mats=np.array(
            [[same * x.couplings[0, 0], opposite * x.couplings[0, 1]] for x in layers]
        ),
        orbital_rotations=np.array([x.rotations[0] for x in layers]),
        final_orbital_rotation=singles_rotations(amplitudes)[0],
    )
    ansatz = ansatz_of(problem, references, None, pairs)
    assert overlap(ffsim, problem, ansatz, theirs) == pytest.approx(1.0, abs=SAME_STATE)


def test_ffsim_makes_the_same_open_shell_state_from_the_same_layers(ffsim):
    problem, references = solved("CH2")
    n, layers = problem.n_orbitals, jastrow_layers(references.ccsd_amplitudes, closed_shell=False)
    ansatz = ansatz_of(problem, references, 5, couplings(n, "all"))
    theirs = ffsim.UCJOpSpinUnbalanced(
        diag_coulomb_mats=np.array(
            [[x.couplings[0, 0], x.couplings[0, 1], x.couplings[1, 1]] for x in layers[:5]]
        ),
        orbital_rotations=np.array([x.rotations for x in layers[:5]]),
        final_orbital_rotation=singles_rotations(references.ccsd_amplitudes),
    )
    assert overlap(ffsim, problem, ansatz, theirs) == pytest.approx(1.0, abs=SAME_STATE)


@pytest.mark.parametrize(("name", "n_layers"), [("H2", None), ("H4", 1)])
def test_stock_cirq_and_the_sector_simulator_run_the_same_circuit(name, n_layers):
    problem, references = solved(name)
    ansatz = ansatz_of(problem, references, n_layers, couplings(problem.n_orbitals, "all"))
    values = {f"theta_{k}": value for k, value in enumerate(ansatz.start)}
    circuit = cirq.resolve_parameters(ansatz.circuit, values)
    qubits = register(problem.n_orbitals)
    stock = cirq.Simulator(dtype=np.complex128).simulate(circuit, qubit_order=qubits)
    sector = SectorSimulator().simulate(circuit, qubit_order=qubits)
    assert np.abs(sector.state_vector() - stock.final_state_vector).max() < EXACT
    assert np.abs(sector.state.vector - start_state(problem, ansatz)).max() < EXACT


def test_a_closed_shell_keeps_its_spin_only_where_both_couplings_are_alike():
    """J commutes with S^2 where same-spin and opposite-spin couplings are equal."""
    problem, references = solved("H4")
    whole, local = (
        ansatz_of(problem, references, 2, couplings(4, connectivity))
        for connectivity in ("all", "square")
    )
    spins = [ComplexSectorBackend(problem, a).s2(a.start) for a in (whole, local)]
    assert spins[0] == pytest.approx(0.0, abs=EXACT)
    assert spins[1] > 1e-4


def test_fewer_couplings_make_fewer_gates():
    problem, references = solved("H4")
    sizes = [
        ansatz_of(problem, references, 1, pairs).circuit_size()[0]
        for pairs in (Couplings((), ()), couplings(4, "square"), couplings(4, "all"))
    ]
    assert sizes == sorted(set(sizes))

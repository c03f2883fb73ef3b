import numpy as np
import openfermion as of
import pytest

from molpipe.model.results import Amplitudes
from molpipe.quantum.double_factorization import jastrow_layers
from tests.quantum.molecules import solved
from tests.tolerances import EXACT


def random_amplitudes(n_orbitals, nelec, seed=5):
    random = np.random.default_rng(seed)
    (oa, va), (ob, vb) = ((n, n_orbitals - n) for n in nelec)

    def antisymmetric(o, v):
        t2 = random.normal(size=(o, o, v, v))
        t2 = t2 - t2.swapaxes(0, 1)
        return t2 - t2.swapaxes(2, 3)

    return Amplitudes(
        t1a=random.normal(size=(oa, va)),
        t1b=random.normal(size=(ob, vb)),
        t2aa=antisymmetric(oa, va),
        t2ab=random.normal(size=(oa, ob, va, vb)),
        t2bb=antisymmetric(ob, vb),
    )


def doubles_operator(amplitudes):
    """T2 - T2+ in interleaved spin orbitals."""
    n_filled = amplitudes.t1a.shape[0], amplitudes.t1b.shape[0]
    blocks = (
        (0, 0, amplitudes.t2aa, 0.25),
        (0, 1, amplitudes.t2ab, 1),
        (1, 1, amplitudes.t2bb, 0.25),
    )
    total = of.FermionOperator()
    for s, t, t2, weight in blocks:
        for (i, j, a, b), value in np.ndenumerate(t2):
            filled = 2 * i + s, 2 * j + t
            empty = 2 * (a + n_filled[s]) + s, 2 * (b + n_filled[t]) + t
            ladder = ((empty[0], 1), (empty[1], 1), (filled[1], 0), (filled[0], 0))
            total += of.FermionOperator(ladder, weight * value)
    return total - of.hermitian_conjugated(total)


def rotated_number(rotation, p, spin):
    """n_p of the rotated orbital sum_q rotation[q, p] a+_q."""
    column = rotation[:, p]
    return sum(
        of.FermionOperator(((2 * q + spin, 1), (2 * r + spin, 0)), x * y.conj())
        for q, x in enumerate(column)
        for r, y in enumerate(column)
    )


def jastrow_operator(layer):
    n = layer.rotations.shape[-1]
    number = {(s, p): rotated_number(layer.rotations[s], p, s) for s in (0, 1) for p in range(n)}
    return sum(
        0.5 * layer.couplings[s, t, p, q] * number[s, p] * number[t, q]
        for s, p in number
        for t, q in number
    )


def matrix(operator, n_orbitals):
    return of.get_sparse_operator(operator, 2 * n_orbitals).toarray()


@pytest.mark.parametrize("nelec", [(2, 1), (1, 1)])
def test_the_layers_of_an_open_shell_sum_to_t2(nelec):
    amplitudes = random_amplitudes(3, nelec)
    layers = jastrow_layers(amplitudes, closed_shell=False)
    ours = sum(matrix(1j * jastrow_operator(layer), 3) for layer in layers)
    assert np.allclose(ours, matrix(doubles_operator(amplitudes), 3), atol=100 * EXACT)


def test_the_layers_of_a_closed_shell_sum_to_t2_and_treat_both_spins_alike():
    amplitudes = solved("H4")[1].ccsd_amplitudes
    layers = jastrow_layers(amplitudes, closed_shell=True)
    ours = sum(matrix(1j * jastrow_operator(layer), 4) for layer in layers)
    assert np.allclose(ours, matrix(doubles_operator(amplitudes), 4), atol=100 * EXACT)
    for layer in layers:
        assert np.array_equal(layer.rotations[0], layer.rotations[1])
        assert np.array_equal(layer.couplings[0, 0], layer.couplings[1, 1])


def test_the_largest_layers_come_first_in_pairs_of_opposite_sign():
    layers = jastrow_layers(solved("H4")[1].ccsd_amplitudes, closed_shell=True)
    sizes = [np.linalg.norm(layer.couplings) for layer in layers]
    assert sizes == pytest.approx(sorted(sizes, reverse=True))
    assert np.allclose(layers[0].couplings, -layers[1].couplings)


def test_no_doubles_make_no_layer():
    assert jastrow_layers(solved("He")[1].mp2_amplitudes, closed_shell=True) == []

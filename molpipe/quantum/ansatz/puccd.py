"""Paired unitary coupled cluster: electrons move in pairs, from orbital to orbital.

Such a circuit never breaks a pair, so its energy is bounded by DOCI, the exact answer among
the determinants without broken pairs. Pairs that move from occupied to empty orbitals alone
(Elfving et al., 10.1103/PhysRevA.103.032605) leave the optimum of their product 4 to 103
microhartree above DOCI on chains of H4 and H6, 0.75 to 1.25 angstrom apart. Here pairs move
among the occupied and among the empty orbitals too, after those: the optimum is DOCI on H4 and
lies at most 10 microhartree above it on H6 and H8.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Amplitudes, ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.ansatz.factors import acts, product, start_amplitudes, term
from molpipe.quantum.excitation import Excitation


def puccd(problem: ActiveSpaceProblem, references: ReferenceEnergies, settings: Settings) -> Ansatz:
    """The pair circuit of a problem; orbitals with one electron take no part in it.

    It starts from the pair amplitudes that ``settings.start`` asks for.
    """
    n_alpha, n_beta = problem.nelec
    paired = [*range(n_beta), *range(n_alpha, problem.n_orbitals)]
    guide = references.ccsd_amplitudes or references.mp2_amplitudes
    pairs = pair_excitations(problem, guide, paired)
    start_name, amplitudes = start_amplitudes(references, settings.start)
    return product(
        "puccd",
        problem,
        [(term(problem, pair),) for pair in pairs],
        start=[pair_amplitude(problem, amplitudes, pair) for pair in pairs],
        start_name=start_name,
    )


def pair_excitations(
    problem: ActiveSpaceProblem, guide: Amplitudes, orbitals: Iterable[int]
) -> list[Excitation]:
    """The excitations that move a pair between two of ``orbitals``, largest amplitude first.

    Those that do not act on the reference have no amplitude and come last.
    """
    pairs = (Excitation((p,), (q,), (p,), (q,)) for p, q in combinations(orbitals, 2))
    return sorted(
        (pair for pair in pairs if acts(problem, pair)),
        key=lambda pair: round(-abs(pair_amplitude(problem, guide, pair)), 10),
    )


def pair_amplitude(problem: ActiveSpaceProblem, amplitudes: Amplitudes, pair: Excitation) -> float:
    """The coupled-cluster amplitude of a pair excitation, 0 where the reference forbids it."""
    (n_alpha, n_beta), (p,), (q,) = problem.nelec, pair.alpha_from, pair.alpha_to
    if p >= n_beta or q < n_alpha:
        return 0.0
    return float(amplitudes.t2ab[p, p, q - n_alpha, q - n_beta])

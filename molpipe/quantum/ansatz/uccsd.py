"""Unitary coupled cluster with singles and doubles, as an ordered product of excitations.

Peruzzo et al., 10.1038/ncomms5213. The order of the factors matters (Grimsley et al.,
10.1021/acs.jctc.9b01083): singles act first, then doubles, the largest amplitude first. On
hydrogen chains, LiH, BeH2, H2O and NH3 this gave lower optima than doubles before singles,
and CCSD amplitudes as start parameters lie nearer to the optimum than in any other order tried.

In a closed shell the amplitudes do not know alpha from beta, so an excitation and its
spin-flipped partner share one parameter. In an open shell (ROHF) they differ, and every
excitation has a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Amplitudes, ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.excitation import Excitation

SYMMETRY_ZERO = 1e-8
"""Amplitudes below this vanish by symmetry; their excitations cannot lower the energy."""

SMALLEST_DENOMINATOR = 0.1
"""Floor [Ha] under the orbital-energy denominators of the preconditioner."""


@dataclass(frozen=True)
class _Term:
    """One excitation with its amplitude and orbital-energy denominator [Ha]."""

    excitation: Excitation
    amplitude: float
    denominator: float


def uccsd(problem: ActiveSpaceProblem, references: ReferenceEnergies, settings: Settings) -> Ansatz:
    """The UCCSD circuit of a problem, started from the amplitudes that ``settings.start`` asks for.

    CCSD amplitudes that do not exist (CCSD diverged) are replaced by MP2's.
    """
    guide = references.ccsd_amplitudes or references.mp2_amplitudes
    start_name, amplitudes = _start(references, settings.start)
    factors = _tied(problem, _sorted(_terms(problem, guide)))
    terms = [term for factor in factors for term in factor]
    lookup = {t.excitation: t.amplitude for t in _terms(problem, amplitudes, threshold=-1.0)}
    scaled = 0.0 if start_name == "zero" else 1.0
    return Ansatz(
        name="uccsd",
        n_orbitals=problem.n_orbitals,
        nelec=problem.nelec,
        excitations=tuple(term.excitation for term in terms),
        parameter_of=np.array(
            [k for k, factor in enumerate(factors) for _ in factor], dtype=np.int64
        ),
        start=scaled * np.array([lookup[factor[0].excitation] for factor in factors], dtype=float),
        start_name=start_name,
        scale=np.array([(2 * len(f) * f[0].denominator) ** -0.5 for f in factors], dtype=float),
    )


def _start(references: ReferenceEnergies, wanted: str) -> tuple[str, Amplitudes]:
    if wanted == "ccsd" and references.ccsd_amplitudes is not None:
        return "ccsd", references.ccsd_amplitudes
    return ("zero" if wanted == "zero" else "mp2"), references.mp2_amplitudes


def _sorted(terms: Iterator[_Term]) -> list[_Term]:
    """Singles first, then doubles by falling amplitude; ties keep the order of the indices."""
    return sorted(
        terms,
        key=lambda t: (t.excitation.rank, round(-abs(t.amplitude), 10) * (t.excitation.rank > 1)),
    )


def _tied(problem: ActiveSpaceProblem, terms: list[_Term]) -> list[tuple[_Term, ...]]:
    """Group the excitations that share a parameter, in the order of their first one."""
    if problem.geometry.multiplicity != 1:
        return [(term,) for term in terms]
    groups: dict[Excitation, list[_Term]] = {}
    for term in terms:
        partner = term.excitation.spin_flipped
        groups.setdefault(partner if partner in groups else term.excitation, []).append(term)
    return [tuple(group) for group in groups.values()]


def _terms(
    problem: ActiveSpaceProblem, amplitudes: Amplitudes, threshold: float = SYMMETRY_ZERO
) -> Iterator[_Term]:
    """All single and double excitations whose amplitude is above the threshold."""
    energy, (n_alpha, n_beta) = problem.orbital_energies, problem.nelec

    def term(excitation: Excitation, amplitude: float) -> _Term:
        filled = [*excitation.alpha_to, *excitation.beta_to]
        emptied = [*excitation.alpha_from, *excitation.beta_from]
        gap = float(energy[filled].sum() - energy[emptied].sum())
        return _Term(excitation, float(amplitude), max(gap, SMALLEST_DENOMINATOR))

    def above(array: np.ndarray) -> Iterator[tuple[int, ...]]:
        return (tuple(map(int, index)) for index in np.argwhere(np.abs(array) > threshold))

    for i, a in above(amplitudes.t1a):
        yield term(Excitation((i,), (a + n_alpha,)), amplitudes.t1a[i, a])
    for i, a in above(amplitudes.t1b):
        yield term(Excitation((), (), (i,), (a + n_beta,)), amplitudes.t1b[i, a])
    for i, j, a, b in above(amplitudes.t2ab):
        excitation = Excitation((i,), (a + n_alpha,), (j,), (b + n_beta,))
        yield term(excitation, amplitudes.t2ab[i, j, a, b])
    for i, j, a, b in above(amplitudes.t2aa):
        if i < j and a < b:
            excitation = Excitation((i, j), (a + n_alpha, b + n_alpha))
            yield term(excitation, amplitudes.t2aa[i, j, a, b])
    for i, j, a, b in above(amplitudes.t2bb):
        if i < j and a < b:
            excitation = Excitation((), (), (i, j), (a + n_beta, b + n_beta))
            yield term(excitation, amplitudes.t2bb[i, j, a, b])

"""What products of excitations are made of: factors, each turned by one parameter.

In a closed shell the amplitudes do not know alpha from beta, so an excitation and its
spin-flipped partner share one parameter. In an open shell (ROHF) they differ, and every
excitation has a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import Amplitudes, ReferenceEnergies
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.excitation import Excitation
from molpipe.quantum.excitation_table import ExcitationTable

SMALLEST_DENOMINATOR = 0.1
"""Floor [Ha] under the orbital-energy denominators of the preconditioner."""

ALL = -1.0
"""The threshold that every amplitude is above."""


class Term(NamedTuple):
    """One excitation with its amplitude and orbital-energy denominator [Ha]."""

    excitation: Excitation
    amplitude: float
    denominator: float


Factor = tuple[Term, ...]
"""Terms that share a parameter, first to act first."""


def term(problem: ActiveSpaceProblem, excitation: Excitation, amplitude: float = 0.0) -> Term:
    """The term of an excitation, with its denominator from the orbital energies."""
    return _terms(problem)(excitation, amplitude)


def _terms(problem: ActiveSpaceProblem) -> Callable[[Excitation, float], Term]:
    energy = problem.orbital_energies.tolist()

    def make(excitation: Excitation, amplitude: float) -> Term:
        filled = sum(energy[a] for a in (*excitation.alpha_to, *excitation.beta_to))
        emptied = sum(energy[i] for i in (*excitation.alpha_from, *excitation.beta_from))
        return Term(excitation, float(amplitude), max(filled - emptied, SMALLEST_DENOMINATOR))

    return make


def excited(
    problem: ActiveSpaceProblem, amplitudes: Amplitudes, threshold: float
) -> Iterator[Term]:
    """The single and double excitations of the reference with an amplitude above ``threshold``."""
    n_alpha, n_beta = problem.nelec
    make = _terms(problem)

    def above(array: np.ndarray) -> list[list[int]]:
        found: list[list[int]] = np.argwhere(np.abs(array) > threshold).tolist()
        return found

    for i, a in above(amplitudes.t1a):
        yield make(Excitation((i,), (a + n_alpha,)), amplitudes.t1a[i, a])
    for i, a in above(amplitudes.t1b):
        yield make(Excitation((), (), (i,), (a + n_beta,)), amplitudes.t1b[i, a])
    for i, j, a, b in above(amplitudes.t2ab):
        excitation = Excitation((i,), (a + n_alpha,), (j,), (b + n_beta,))
        yield make(excitation, amplitudes.t2ab[i, j, a, b])
    for i, j, a, b in above(amplitudes.t2aa):
        if i < j and a < b:
            excitation = Excitation((i, j), (a + n_alpha, b + n_alpha))
            yield make(excitation, amplitudes.t2aa[i, j, a, b])
    for i, j, a, b in above(amplitudes.t2bb):
        if i < j and a < b:
            excitation = Excitation((), (), (i, j), (a + n_beta, b + n_beta))
            yield make(excitation, amplitudes.t2bb[i, j, a, b])


def tied(problem: ActiveSpaceProblem, terms: Iterable[Term]) -> list[Factor]:
    """Group the terms that share a parameter, in the order of their first one."""
    if problem.geometry.multiplicity != 1:
        return [(one,) for one in terms]
    groups: dict[Excitation, list[Term]] = {}
    for one in terms:
        partner = one.excitation.spin_flipped
        groups.setdefault(partner if partner in groups else one.excitation, []).append(one)
    return [tuple(group) for group in groups.values()]


def start_amplitudes(references: ReferenceEnergies, wanted: str) -> tuple[str, Amplitudes]:
    """The start that ``wanted`` names and its amplitudes; MP2's where CCSD has none."""
    if wanted == "ccsd" and references.ccsd_amplitudes is not None:
        return "ccsd", references.ccsd_amplitudes
    mp2 = references.mp2_amplitudes
    if wanted == "zero":
        zeros = {field.name: np.zeros_like(getattr(mp2, field.name)) for field in fields(mp2)}
        return "zero", Amplitudes(**zeros)
    return "mp2", mp2


def acts(problem: ActiveSpaceProblem, excitation: Excitation) -> bool:
    """Whether any determinant with these electrons lets the excitation act."""
    return all(
        len(moved) == 0 or len(moved) <= electrons <= problem.n_orbitals - len(moved)
        for moved, electrons in zip(
            (excitation.alpha_from, excitation.beta_from), problem.nelec, strict=True
        )
    )


def product(
    name: str,
    problem: ActiveSpaceProblem,
    factors: Sequence[Factor],
    *,
    start: npt.ArrayLike,
    start_name: str,
) -> Ansatz:
    """The ansatz of these factors, first to act first, with ``start`` (n_factors,).

    The preconditioner is that of Hartree-Fock: a factor of m terms with the denominator D has
    the second derivative 2 m D there, but for the interaction of its excitations.
    """
    return Ansatz(
        name=name,
        n_orbitals=problem.n_orbitals,
        nelec=problem.nelec,
        table=ExcitationTable.of(one.excitation for factor in factors for one in factor),
        parameter_of=np.array([k for k, f in enumerate(factors) for _ in f], dtype=np.int64),
        start=np.array(start, dtype=float),
        start_name=start_name,
        scale=np.array([(2 * len(f) * f[0].denominator) ** -0.5 for f in factors], dtype=float),
    )

"""k-UpCCGSD: generalised singles and generalised pair doubles, in k layers.

Lee, Huggins, Head-Gordon and Whaley, 10.1021/acs.jctc.8b01004: electrons move between any two
orbitals, singly or as a pair, whether these are occupied in the reference or not. In a layer
the pairs act first and the singles, which rotate the orbitals, last: one layer lies 16 (H4,
1 angstrom) and 151 millihartree (H6, 1.5 angstrom) below one of the other order.

The singles that point-group symmetry forbids in UCCSD are needed here: pairs, and rotations
within the irreducible representations, keep alpha minus beta electrons in each of them, so
that no number of layers would reach the exact state (H4 at 1 angstrom: 11 millihartree remain).
At a symmetric start their gradient vanishes; hence every angle that no amplitude is known for
starts at a small random one, drawn with ``settings.seed``. There are many local minima: other
seeds may find lower ones.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from molpipe.model.problem import ActiveSpaceProblem
from molpipe.model.results import ReferenceEnergies
from molpipe.model.settings import Settings
from molpipe.quantum.ansatz.ansatz import Ansatz
from molpipe.quantum.ansatz.factors import Factor, acts, product, start_amplitudes, term, tied
from molpipe.quantum.ansatz.puccd import pair_amplitude, pair_excitations
from molpipe.quantum.excitation import Excitation

SPREAD = 0.1
"""Standard deviation of the random start angles; smaller ones end in symmetric local minima
more often, larger ones take more iterations."""


def upccgsd(
    problem: ActiveSpaceProblem, references: ReferenceEnergies, settings: Settings
) -> Ansatz:
    """The circuit with ``settings.layers`` layers.

    The pairs of the first layer start from the amplitudes that ``settings.start`` asks for.
    """
    guide = references.ccsd_amplitudes or references.mp2_amplitudes
    pairs = pair_excitations(problem, guide, range(problem.n_orbitals))
    layer = [*((term(problem, pair),) for pair in pairs), *_singles(problem)]
    start_name, amplitudes = start_amplitudes(references, settings.start)
    known = [pair_amplitude(problem, amplitudes, pair) for pair in pairs]
    start = np.zeros(len(layer) * settings.layers)
    start[: len(known)] = known
    random = np.random.default_rng(settings.seed).normal(scale=SPREAD, size=start.size)
    return product(
        "upccgsd",
        problem,
        layer * settings.layers,
        start=np.where(start == 0.0, random, start),
        start_name=f"{start_name}, perturbed",
    )


def _singles(problem: ActiveSpaceProblem) -> list[Factor]:
    """The rotations between any two orbitals, alpha before beta."""
    alpha = [Excitation((p,), (q,)) for p, q in combinations(range(problem.n_orbitals), 2)]
    beta = [single.spin_flipped for single in alpha]
    singles = (single for single in (*alpha, *beta) if acts(problem, single))
    return tied(problem, (term(problem, single) for single in singles))

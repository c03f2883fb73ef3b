"""The reaction field: what a polarised continuum adds to the Hamiltonian of the solute.

ddCOSMO: Cances, Maday and Stamm 2013, doi:10.1063/1.4816767; IEF-PCM: Cances, Mennucci and
Tomasi 1997, doi:10.1063/1.474659; IEF-PCM, C-PCM and COSMO stand on the smooth cavity of
Lange and Herbert 2010, doi:10.1063/1.3511297. Radii and grids are PySCF's own.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from pyscf import gto
from pyscf.solvent import ddcosmo, pcm

from molpipe.model.arrays import FloatArray
from molpipe.model.problem import ReactionField
from molpipe.model.solvents import MODELS, Solvent


@dataclass(frozen=True, kw_only=True, eq=False)
class Continuum:
    """A solvent around one molecule; ``solver`` is PySCF's object."""

    solvent: Solvent
    solver: Any

    @classmethod
    def around(cls, molecule: gto.Mole, solvent: Solvent) -> Self:
        """The solvent outside the molecule's cavity."""
        if solvent.model == "ddcosmo":
            solver = ddcosmo.DDCOSMO(molecule)
        else:
            solver = pcm.PCM(molecule)
            solver.method = MODELS[solvent.model]
        solver.eps = solvent.epsilon
        return cls(solvent=solvent, solver=solver)

    def polarise(
        self, density: FloatArray, *, source: Literal["hartree-fock", "casci"]
    ) -> ReactionField:
        """The field of the continuum around a total density (n_ao, n_ao), frozen.

        The energy E(D) [Ha] is quadratic in the density D, with the derivative v(D). The
        Hamiltonian gets the one-electron term v(D) and the constant E(D) - tr(v D): a state
        of this density then has the energy E(D) from the solvent, and what other states
        change in it is counted to first order.
        """
        energy, potential = self.solver.kernel(density)
        return ReactionField(
            solvent=self.solvent,
            source=source,
            constant=float(energy - np.vdot(potential, density)),
            potential=potential,
        )

    def response(self, frozen: ReactionField | None, density: FloatArray) -> float:
        """What the solvent would gain [Ha] if its frozen field followed to ``density``.

        It is of second order in the change of the density, and never positive. Without a
        frozen field it is the whole energy of the solvent.
        """
        energy, _ = self.solver.kernel(density)
        if frozen is None:
            return float(energy)
        return float(energy - frozen.constant - np.vdot(frozen.potential, density))


def dissolve(field: Any, continuum: Continuum) -> Any:
    """PySCF's RHF or ROHF in a continuum that follows the density in every iteration."""
    return ddcosmo.ddcosmo_for_scf(copy(field), continuum.solver)


def immerse(field: Any, reaction_field: ReactionField | None) -> Any:
    """Put a PySCF mean field of any kind into a frozen field; None is the gas phase."""
    if reaction_field is not None:
        hcore = field.get_hcore() + reaction_field.potential
        constant = float(field.energy_nuc()) + reaction_field.constant
        field.get_hcore = lambda *_: hcore.copy()
        field.energy_nuc = lambda *_: constant
    return field

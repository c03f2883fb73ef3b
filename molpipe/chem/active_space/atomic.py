"""Free-atom valence functions, and what part of an orbital they hold."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Final

import numpy as np
from pyscf import gto
from pyscf.data import elements
from pyscf.lo.iao import reference_mol

from molpipe.chem.active_space.projection import Target
from molpipe.errors import ActiveSpaceError
from molpipe.model.arrays import FloatArray

_NOBLE_GASES: Final = (0, 2, 10, 18, 36, 54, 86)
_D_BLOCKS: Final = (range(21, 31), range(39, 49), range(72, 81))
_F_BLOCKS: Final = (range(57, 72), range(89, 104))
_P_BLOCKS: Final = (range(5, 11), range(13, 19), range(31, 37), range(49, 55), range(81, 87))


class AtomicFunctions:
    """The minimal basis of free atoms (MINAO) on the atoms of a molecule.

    Knizia 2013, doi:10.1021/ct400687b. Indices of functions count all of them.
    """

    def __init__(self, molecule: gto.Mole) -> None:
        self.molecule = molecule
        self._free = _minimal_basis(molecule)
        self.overlap: FloatArray = self._free.intor_symmetric("int1e_ovlp")
        self.cross: FloatArray = gto.intor_cross("int1e_ovlp", self._free, molecule)
        """Overlap (n_functions, n_ao) with the atomic orbitals of the molecule."""
        self._labels = self._free.ao_labels(fmt=None)

    def shell(self, atom: int, shell: str) -> list[int]:
        """The functions of a shell such as ``2p`` on an atom, in the order x, y, z.

        Raises:
            ActiveSpaceError: the free-atom basis does not have it.
        """
        found = [i for i, (a, _, nl, _) in enumerate(self._labels) if (a, nl) == (atom, shell)]
        if not found:
            symbol = self.molecule.atom_pure_symbol(atom)
            raise ActiveSpaceError(
                f"no free-atom {shell} functions are at hand for {symbol} in this basis set",
                hint="choose a basis set with a core potential for it, or name the size of the "
                'space such as "6,6"',
            )
        return found

    def valence(self, atom: int) -> list[int]:
        """All valence functions of an atom."""
        return [
            i
            for shell in valence_shells(_charge(self.molecule, atom))
            for i in self.shell(atom, shell)
        ]

    def target(self, name: str, mix: FloatArray, *, pairs: int | None = None) -> Target:
        """The target that the columns of ``mix`` (n_functions, n) span."""
        metric = mix.T @ self.overlap @ mix
        rows = mix.T @ self.cross
        return Target(name=name, projector=rows.T @ np.linalg.solve(metric, rows), pairs=pairs)

    def columns(self, indices: Iterable[int]) -> FloatArray:
        """Functions as columns (n_functions, n)."""
        return np.eye(len(self._labels))[:, list(indices)]


def valence_shells(charge: int) -> list[str]:
    """Valence shells of the element with this nuclear charge: 2s 2p of carbon, 3d 4s of iron."""
    period = sum(charge > noble for noble in _NOBLE_GASES)
    if _in(charge, _F_BLOCKS):
        return [f"{period - 2}f", f"{period - 1}d", f"{period}s"]
    if _in(charge, _D_BLOCKS):
        return [f"{period - 1}d", f"{period}s"]
    if _in(charge, _P_BLOCKS):
        return [f"{period}s", f"{period}p"]
    return [f"{period}s"]


def frontier_target(molecule: gto.Mole) -> Target:
    """What AVAS looks at unasked: the valence p, d and f of all atoms, else their s."""
    functions = AtomicFunctions(molecule)
    shells = {i: valence_shells(_charge(molecule, i)) for i in range(molecule.natm)}
    chosen = {i: [s for s in names if s[-1] in "pdf"] for i, names in shells.items()}
    if not any(chosen.values()):
        chosen = shells
    names = dict.fromkeys(
        f"{shell} of {molecule.atom_pure_symbol(i)}"
        for i, of_atom in chosen.items()
        for shell in of_atom
    )
    indices = [
        j for i, of_atom in chosen.items() for shell in of_atom for j in functions.shell(i, shell)
    ]
    return functions.target("the valence " + ", ".join(names), functions.columns(indices))


def atoms_target(molecule: gto.Mole, atoms: Iterable[int]) -> Target:
    """All valence functions of the given atoms, counted from 0."""
    functions = AtomicFunctions(molecule)
    indices = [i for atom in atoms for i in functions.valence(atom)]
    return functions.target(
        f"the valence orbitals of {label(molecule, atoms)}", functions.columns(indices)
    )


def label(molecule: gto.Mole, atoms: Iterable[int]) -> str:
    """Atoms as the report names them, counted from 1: "C1 C2"."""
    return " ".join(f"{molecule.atom_pure_symbol(i)}{i + 1}" for i in atoms)


def _charge(molecule: gto.Mole, atom: int) -> int:
    """Nuclear charge, electrons in a core potential included."""
    return int(elements.charge(molecule.atom_pure_symbol(atom)))


def _in(charge: int, blocks: tuple[range, ...]) -> bool:
    return any(charge in block for block in blocks)


def _minimal_basis(molecule: gto.Mole) -> gto.Mole:
    with warnings.catch_warnings():
        # PySCF advises another package for every name that it does not hold itself.
        warnings.filterwarnings("ignore", "Basis may be available", UserWarning)
        try:
            return reference_mol(molecule)
        except RuntimeError as error:
            raise ActiveSpaceError(
                f"no free-atom functions are at hand: {error}",
                hint='name the size of the space, such as "6,6"',
            ) from error

"""A geometry in a basis set: the PySCF molecule that every classical method starts from."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from pyscf import gto, scf
from pyscf.data import elements

from molpipe.errors import UnsupportedMolecule
from molpipe.model.identity import COORDINATE_DECIMALS
from molpipe.model.molecule import Geometry

# No checkpoint file for every mean field: nobody reads them, and PySCF leaves them open.
scf.hf.MUTE_CHKFILE = True

_NAME: Final = re.compile(r"[\w+*(),\- ]+")

_FITTING: Final = re.compile(r"(ri|fit|etb)$|^(weigend|sap)")
"""Sets that fit products of orbitals, and hold none."""

_CORE_S: Final = 1.5
_CORE_P: Final = 0.12
"""Times Z^2: the steepest exponents of sets that reach the core are above, as those of STO-3G,
the smallest of all, are for s (1.6 to 2.2) and, beyond argon, for p (0.14 to 0.19). Those made
for a core potential are below one of the two (0.09 for p at most)."""

_ARGON: Final = 18

_SUGGESTIONS: Final = ("def2-svp", "6-31g*", "cc-pvdz", "sto-3g", "lanl2dz")

GHOST: Final = "ghost-"
"""Before a symbol: the basis functions of that element, without its charge and electrons."""


def build_molecule(geometry: Geometry, basis: str, *, memory_gb: float = 8.0) -> gto.Mole:
    """The molecule in its basis, with the effective core potential that belongs to the basis.

    Point-group symmetry is off: it would choose other orbitals in degenerate shells and
    nothing here needs it.

    Args:
        geometry: coordinates [angstrom]; they are rounded as content keys round them.
        basis: name of any basis set that PySCF holds.
        memory_gb: resident memory [GB] that PySCF may plan with.

    Raises:
        UnsupportedMolecule: ``NO_BASIS`` where the basis does not cover an element or has
            too few functions, ``NO_ELECTRONS``, and ``CHARGE_SPIN_PARITY`` where charge
            and multiplicity cannot go together.
    """
    functions, potentials = _load(geometry.symbols, basis)
    _check_electrons(geometry, sum(ecp[0] for _, ecp in _per_atom(geometry, potentials)))
    coordinates = np.round(geometry.coordinates, COORDINATE_DECIMALS)
    molecule = gto.Mole()
    molecule.build(
        dump_input=False,
        parse_arg=False,
        verbose=0,
        unit="Angstrom",
        atom=list(zip(geometry.symbols, coordinates.tolist(), strict=True)),
        basis=functions,
        ecp=potentials,
        charge=geometry.charge,
        spin=geometry.multiplicity - 1,
        symmetry=False,
        max_memory=int(900 * memory_gb),  # megabytes, what is resident already included
    )
    if molecule.nelec[0] > molecule.nao:
        raise UnsupportedMolecule(
            f"basis {basis!r} has {molecule.nao} functions for {molecule.nelec[0]} electrons "
            f"of one spin (multiplicity {geometry.multiplicity})",
            hint="choose a larger basis set or a lower multiplicity",
            code="NO_BASIS",
        )
    return molecule


def core_potential(molecule: gto.Mole, basis: str) -> str | None:
    """What stands in for core electrons, in words; None for an all-electron molecule."""
    replaced = sorted(
        {molecule.atom_pure_symbol(i) for i in range(molecule.natm) if molecule.atom_nelec_core(i)}
    )
    return f"{basis} on {', '.join(replaced)}" if replaced else None


def uncovered(symbols: Iterable[str], basis: str) -> tuple[str, ...]:
    """The elements among ``symbols`` that cannot be computed in ``basis``, sorted.

    It has no functions for them, or only valence functions without the core potential that
    they are made for: PySCF would converge an all-electron calculation in those.
    """
    return tuple(sorted(s for s in set(symbols) if not _covers(basis, s)))


def _load(symbols: tuple[str, ...], basis: str) -> tuple[dict[str, Any], dict[str, Any]]:
    missing = uncovered(symbols, basis)
    if missing:
        fitting = [name for name in _SUGGESTIONS if not uncovered(symbols, name)]
        raise UnsupportedMolecule(
            f"basis {basis!r} is not known to PySCF, or lacks functions or the core potential "
            f"for {', '.join(missing)}",
            hint=f"choose another basis set, for example {' or '.join(fitting)}"
            if fitting
            else "no common basis set covers this molecule; name one that does",
            code="NO_BASIS",
        )
    functions = {symbol: basis_functions(basis, symbol) for symbol in set(symbols)}
    potentials = {symbol: _find(gto.basis.load_ecp, basis, symbol) for symbol in set(symbols)}
    return functions, {symbol: ecp for symbol, ecp in potentials.items() if ecp}


def basis_functions(basis: str, symbol: str) -> Any:
    """Shells of PySCF for an element or its ghost, None where the basis has none."""
    if _FITTING.search(re.sub(r"[^a-z0-9]", "", basis.lower())):
        return None
    return _find(gto.basis.load, basis, symbol.removeprefix(GHOST))


def exponents(shells: Any, momentum: int) -> list[float]:
    """Exponents [1/bohr^2] of all functions of that angular momentum among ``shells``."""
    # A shell is [l, [exponent, coefficients ...], ...], sometimes with kappa behind l.
    rows = [row for shell in shells if shell[0] == momentum for row in shell[1:]]
    return [float(row[0]) for row in rows if isinstance(row, list | tuple)]


def _covers(basis: str, symbol: str) -> bool:
    symbol = symbol.removeprefix(GHOST)
    shells = basis_functions(basis, symbol)
    if shells is None:
        return False
    if _find(gto.basis.load_ecp, basis, symbol):
        return True
    number = int(elements.charge(symbol))
    steepest_s, steepest_p = (max(exponents(shells, momentum), default=0.0) for momentum in (0, 1))
    reaches_p = number <= _ARGON or steepest_p > _CORE_P * number**2
    return reaches_p and steepest_s > _CORE_S * number**2


def _find(load: Callable[[str, str], Any], basis: str, symbol: str) -> Any:
    """What PySCF's library has under that name, or None; never a file of that name."""
    if not _NAME.fullmatch(basis):
        return None
    with warnings.catch_warnings():
        # PySCF advises another package for every name that it does not hold itself.
        warnings.filterwarnings("ignore", "(Basis|ECP) may be available", UserWarning)
        try:
            return load(basis, symbol) or None
        except (RuntimeError, OSError, KeyError):
            return None


def _per_atom(geometry: Geometry, potentials: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(symbol, potentials.get(symbol, (0, []))) for symbol in geometry.symbols]


def _check_electrons(geometry: Geometry, n_replaced: int) -> None:
    nuclear = sum(elements.charge(symbol) for symbol in geometry.symbols)
    n_electrons = nuclear - n_replaced - geometry.charge
    unpaired = geometry.multiplicity - 1
    if n_electrons <= 0:
        raise UnsupportedMolecule(
            f"charge {geometry.charge:+d} leaves {n_electrons} electrons",
            hint="check the charge",
            code="NO_ELECTRONS",
        )
    if unpaired > n_electrons or (n_electrons - unpaired) % 2:
        kind = "odd" if n_electrons % 2 == 0 else "even"
        raise UnsupportedMolecule(
            f"{n_electrons} electrons cannot have multiplicity {geometry.multiplicity}",
            hint=f"with charge {geometry.charge:+d} the multiplicity (2S+1) must be {kind} "
            f"and at most {n_electrons + 1}",
            code="CHARGE_SPIN_PARITY",
        )

"""A structure and the cells of its row to a molecule: charge, spin and electrons decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from molpipe.chem.distances import find_clash
from molpipe.chem.intake.elements import ATOMIC_NUMBERS, forms_complexes, hill_formula
from molpipe.chem.intake.entry import Fields
from molpipe.chem.intake.numbers import bad_number, integer, signed
from molpipe.chem.intake.structure import Structure
from molpipe.errors import InvalidMolecule
from molpipe.model.arrays import FloatArray
from molpipe.model.identity import COORDINATE_DECIMALS
from molpipe.model.molecule import Geometry, MoleculeRecord, RowWarning

Warnings = tuple[RowWarning, ...]

TRIPLET_MOLECULES: Final = frozenset({"O2", "S2", "OS"})
"""Formulas whose ground state is a triplet, whatever a drawing of them says."""

CLOSED_ATOMS: Final = frozenset({2, 4, 10, 12, 18, 20, 30, 36, 38, 48, 54, 56, 80, 86})
"""Electron numbers at which a single atom or ion is a singlet."""

_SPIN_NAMES: Final = {1: "singlet", 2: "doublet", 3: "triplet", 4: "quartet", 5: "quintet"}


def make_record(
    structure: Structure, fields: Fields, origin: str
) -> tuple[MoleculeRecord, Warnings]:
    """The molecule of a row. Columns win over the structure; a guess is said aloud.

    Args:
        structure: what was drawn or measured.
        fields: ``charge`` and ``multiplicity`` (2S+1) are used.
        origin: where coordinates come from, for :class:`Geometry`.

    Raises:
        InputError: BAD_NUMBER, NO_ELECTRONS, CHARGE_SPIN_PARITY or CLASH.
    """
    charge, charge_warnings = _charge(structure, fields)
    nuclear = sum(ATOMIC_NUMBERS[symbol] for symbol in structure.symbols)
    n_electrons = nuclear - charge
    if n_electrons <= 0:
        raise InvalidMolecule(
            f"charge {signed(charge)} leaves {n_electrons} electrons",
            hint="check the charge",
            code="NO_ELECTRONS",
        )
    multiplicity, spin_warnings = _multiplicity(structure, fields, n_electrons, charge)
    _check_spin(n_electrons, charge, multiplicity)
    geometry = None
    if structure.coordinates is not None:
        coordinates = np.round(structure.coordinates, COORDINATE_DECIMALS) + 0.0  # no -0.0
        _check_clash(structure.symbols, coordinates)
        geometry = Geometry(
            symbols=structure.symbols,
            coordinates=coordinates,
            charge=charge,
            multiplicity=multiplicity,
            origin=origin,
        )
    record = MoleculeRecord(
        smiles=structure.smiles,
        inchikey=structure.inchikey,
        formula=hill_formula(structure.symbols),
        charge=charge,
        multiplicity=multiplicity,
        n_electrons=n_electrons,
        geometry=geometry,
    )
    metals = _metal_warning(structure, fields)
    return record, (*structure.warnings, *charge_warnings, *spin_warnings, *metals)


def anion_warnings(symbols: Sequence[str], charge: int, basis: str) -> Warnings:
    """DIFFUSE_NEEDED where an anion meets a basis set without diffuse functions."""
    if charge >= 0:
        return ()
    from molpipe.chem.diffuse import lacking_diffuse  # noqa: PLC0415  # PySCF, for anions only

    lacking = lacking_diffuse(symbols, basis)
    if not lacking:
        return ()
    message = (
        f"basis {basis} has no diffuse functions for {', '.join(lacking)}: the energy of an anion "
        "comes out much too high; take one with + or aug- in its name, or def2-svpd"
    )
    return (RowWarning(code="DIFFUSE_NEEDED", message=message),)


def _charge(structure: Structure, fields: Fields) -> tuple[int, Warnings]:
    stated = structure.charge or 0
    if not fields.charge:
        return stated, ()
    charge = integer(fields.charge, "charge")
    if charge == stated or structure.charge is None:
        return charge, ()
    message = (
        f"the charge column says {signed(charge)}, the structure {signed(stated)}: "
        "the column is used"
    )
    return charge, (RowWarning(code="CHARGE_MISMATCH", message=message),)


def _multiplicity(
    structure: Structure, fields: Fields, n_electrons: int, charge: int
) -> tuple[int, Warnings]:
    if fields.multiplicity:
        return integer(fields.multiplicity, "multiplicity"), ()
    if structure.multiplicity is not None:
        return structure.multiplicity, ()
    lowest = 1 + n_electrons % 2
    drawn = None if structure.unpaired is None else structure.unpaired + 1
    if drawn is not None and drawn % 2 == lowest % 2:
        return drawn, _ambiguous(structure, n_electrons, drawn, "as drawn")
    if lowest == 2 or drawn is not None:
        message = (
            f"multiplicity {lowest} is assumed for {n_electrons} electrons "
            f"(charge {signed(charge)}): set charge and multiplicity to be sure"
        )
        return lowest, (RowWarning(code="MULTIPLICITY_ASSUMED", message=message),)
    return lowest, _ambiguous(structure, n_electrons, lowest, "for want of another statement")


def _ambiguous(structure: Structure, n_electrons: int, multiplicity: int, why: str) -> Warnings:
    """Warn where the ground state may well have another spin than the one that is run."""
    symbols = structure.symbols
    metal = forms_complexes(ATOMIC_NUMBERS[symbols[0]])
    several = n_electrons % 2 == 0 or metal  # ways to place the electrons of an open shell
    open_atom = len(symbols) == 1 and several and n_electrons not in CLOSED_ATOMS
    triplet = hill_formula(symbols) in TRIPLET_MOLECULES and n_electrons % 2 == 0
    if multiplicity < 3 and not open_atom and not (triplet and multiplicity == 1):
        return ()
    name = _SPIN_NAMES.get(multiplicity, f"multiplicity {multiplicity}")
    message = f"run as a {name}, {why}; another spin state may be lower: set multiplicity"
    return (RowWarning(code="SPIN_AMBIGUOUS", message=message),)


def _check_spin(n_electrons: int, charge: int, multiplicity: int) -> None:
    """Multiplicity must be possible with so many electrons."""
    if multiplicity < 1:
        raise bad_number(
            f"multiplicity {multiplicity} is below 1",
            "multiplicity is 2S+1: a singlet is 1, a doublet 2, a triplet 3",
        )
    unpaired = multiplicity - 1
    if unpaired > n_electrons or (n_electrons - unpaired) % 2:
        kind = "an odd" if n_electrons % 2 == 0 else "an even"
        raise InvalidMolecule(
            f"{n_electrons} electrons (charge {signed(charge)}) cannot have multiplicity "
            f"{multiplicity}",
            hint=f"the multiplicity (2S+1) must be {kind} number up to {n_electrons + 1}; "
            "or the charge is wrong",
            code="CHARGE_SPIN_PARITY",
        )


def _check_clash(symbols: tuple[str, ...], coordinates: FloatArray) -> None:
    clash = find_clash(symbols, coordinates)
    if clash:
        raise InvalidMolecule(clash, hint="are the coordinates in angstrom?", code="CLASH")


def _metal_warning(structure: Structure, fields: Fields) -> Warnings:
    metals = sorted({s for s in structure.symbols if forms_complexes(ATOMIC_NUMBERS[s])})
    if not metals or structure.coordinates is None:
        return ()
    message = f"contains {', '.join(metals)}: bonds were not checked"
    if not fields.multiplicity and structure.multiplicity is None:
        message += ", and the spin state is a guess"
    return (RowWarning(code="METAL", message=message),)

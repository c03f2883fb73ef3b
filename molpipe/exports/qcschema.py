"""QCSchema: a result as MolSSI's ``qcschema_output``, which QCElemental and QCArchive read.

What the schema has no place for, the active space and its energies, stands under ``extras`` as
``molpipe``; the integrals are in the FCIDUMP. https://molssi.github.io/QCSchema
"""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.metadata import version
from pathlib import Path
from typing import Any

from molpipe.files import write_text
from molpipe.model.document import Row
from molpipe.model.problem import ActiveSpaceProblem
from molpipe.units import ANGSTROM_PER_BOHR


def write(row: Row, problem: ActiveSpaceProblem, path: Path) -> None:
    """Write a row and its Hamiltonian to ``path``.

    Raises:
        OSError: the folder cannot be written.
    """
    write_text(path, f"{json.dumps(to_qcschema(row, problem), indent=1, allow_nan=False)}\n")


def to_qcschema(row: Row, problem: ActiveSpaceProblem) -> dict[str, Any]:
    """The document: its result is the VQE energy [Ha], without one CASCI, without that HF."""
    energies = row.energies
    methods = ("vqe", "casci", "hf") if energies else ()
    found = {method: getattr(energies.active, method).good for method in methods}  # type: ignore[union-attr]
    method, energy = next(
        ((name, value) for name, value in found.items() if value is not None),
        ("hf", problem.hf_energy),
    )
    return {
        "schema_name": "qcschema_output",
        "schema_version": 1,
        "molecule": _molecule(row, problem),
        "driver": "energy",
        "model": {"method": method, "basis": problem.mean_field.basis},
        "keywords": dict(row.settings),
        "return_result": energy,
        "properties": _properties(row, problem),
        "provenance": {
            "creator": "molpipe",
            "version": version("molpipe"),
            "routine": "molpipe export",
        },
        "success": True,
        "extras": {"molpipe": _extras(row, problem)},
    }


def _molecule(row: Row, problem: ActiveSpaceProblem) -> dict[str, Any]:
    geometry = problem.geometry
    return {
        "schema_name": "qcschema_molecule",
        "schema_version": 2,
        "name": row.name,
        "symbols": list(geometry.symbols),
        "geometry": (geometry.coordinates / ANGSTROM_PER_BOHR).ravel().tolist(),
        "molecular_charge": geometry.charge,
        "molecular_multiplicity": geometry.multiplicity,
        "fix_com": True,
        "fix_orientation": True,
        "provenance": {
            "creator": "molpipe",
            "version": version("molpipe"),
            "routine": geometry.origin,
        },
    }


def _properties(row: Row, problem: ActiveSpaceProblem) -> dict[str, Any]:
    field = problem.mean_field
    alpha, beta = field.nelec
    n_basis, n_orbitals = field.mo_coeff.shape
    known: dict[str, Any] = {
        "calcinfo_nbasis": n_basis,
        "calcinfo_nmo": n_orbitals,
        "calcinfo_nalpha": alpha,
        "calcinfo_nbeta": beta,
        "calcinfo_natom": len(problem.geometry.symbols),
        "scf_total_energy": field.energy,
    }
    if row.energies is not None:
        full = row.energies.full
        known |= {
            "mp2_total_energy": full.mp2.good,
            "ccsd_total_energy": full.ccsd.good,
            "ccsd_prt_pr_total_energy": full.ccsd_t.good,
        }
    return {name: value for name, value in known.items() if value is not None}


def _extras(row: Row, problem: ActiveSpaceProblem) -> dict[str, Any]:
    active: dict[str, float | None] = {}
    if row.energies is not None:
        block = row.energies.active
        active = {item.name: getattr(block, item.name).good for item in fields(block)}
    return {
        "key": row.key,
        "active_electrons": list(problem.nelec),
        "active_orbitals": problem.n_orbitals,
        "core_energy": problem.core_energy,
        "orbitals": problem.orbitals,
        "active_energies": active,
    }

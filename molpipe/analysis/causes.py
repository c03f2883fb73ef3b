"""Why a number is another one: what is recorded beside it and differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from molpipe.analysis.variants import NO_RESULT, flat
from molpipe.model.arrays import FloatArray
from molpipe.model.changes import Cause
from molpipe.model.document import MoleculeBlock, ProblemBlock, Row

SAME_PLACE: Final = 1e-6
"""Largest difference of two interatomic distances [angstrom] in one geometry: the last decimal
that a content key knows."""

SAME_SOLUTION: Final = 1e-6
"""Two Hartree-Fock energies [Ha] that are further apart belong to two solutions."""

STAGES: Final = ("geometry", "problem", "reference", "vqe", "nevpt2", "baseline")
"""In the order in which one builds on the other."""


def causes_of(before: Row, after: Row) -> tuple[Cause, ...]:
    """Everything that differs between two rows and can change a number, the deepest first."""
    found = [*_molecule(before, after), *_geometry(before, after), *_settings(before, after)]
    found += [*_problem(before, after), *_judge(before, after), *_vqe(before, after)]
    return tuple(found or [*_keys(before, after)])


def version_causes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Cause, ...]:
    """The libraries that have another version."""
    names = dict.fromkeys([*before, *after])
    return tuple(
        Cause(
            kind="versions",
            what=name,
            before=before.get(name, "not recorded"),
            after=after.get(name, "not recorded"),
        )
        for name in names
        if before.get(name) != after.get(name)
    )


def _molecule(before: Row, after: Row) -> Iterator[Cause]:
    one, other = before.molecule, after.molecule
    if one is None or other is None:
        return
    for name in ("formula", "charge", "multiplicity", "smiles"):
        yield from _if_differs("molecule", name, getattr(one, name), getattr(other, name))


def _geometry(before: Row, after: Row) -> Iterator[Cause]:
    one, other = before.molecule, after.molecule
    if one is None or other is None:
        return
    here, there = _distances(one), _distances(other)
    if here is not None and there is not None and here.shape == there.shape:
        shift = float(np.abs(here - there).max(initial=0.0))
        if shift > SAME_PLACE:
            what = f"distances between atoms differ by up to {shift:.3g} angstrom"
            yield Cause(kind="geometry", what=what)
    yield from _if_differs("geometry", "source", one.geometry_source, other.geometry_source)


def _distances(molecule: MoleculeBlock) -> FloatArray | None:
    if molecule.geometry is None:
        return None
    places = np.array([place for _, *place in molecule.geometry])
    return np.asarray(np.linalg.norm(places[:, None] - places[None], axis=2))


def _settings(before: Row, after: Row) -> Iterator[Cause]:
    """Limits only where one of the two rows may have met them."""
    one, other = flat(before.settings), flat(after.settings)
    finished = before.status == after.status == "ok"
    for key in dict.fromkeys([*one, *other]):
        if not (finished and key.startswith(NO_RESULT)):
            yield from _if_differs("settings", key, one.get(key), other.get(key))


def _problem(before: Row, after: Row) -> Iterator[Cause]:
    one, other = before.problem, after.problem
    if one is None or other is None:
        return
    yield from _if_differs("active space", "size", _size(one), _size(other))
    if before.settings.get("orbitals") == after.settings.get("orbitals"):
        yield from _if_differs("active space", "orbitals", one.orbitals, other.orbitals)
    if before.energies and after.energies and one.basis == other.basis:
        yield from _hartree_fock(before, after)


def _size(problem: ProblemBlock) -> str:
    return f"({sum(problem.active_electrons)}e,{problem.active_orbitals}o)"


def _hartree_fock(before: Row, after: Row) -> Iterator[Cause]:
    """Another solution of the same equations, where the geometry is the same."""
    assert before.energies is not None
    assert after.energies is not None
    if any(True for _ in _geometry(before, after)) or any(True for _ in _molecule(before, after)):
        return
    one, other = before.energies.full.hf.good, after.energies.full.hf.good
    if one is not None and other is not None and abs(one - other) > SAME_SOLUTION:
        yield Cause(
            kind="Hartree-Fock",
            what="energy of the solution [Ha]",
            before=f"{one:.6f}",
            after=f"{other:.6f}",
        )


def _judge(before: Row, after: Row) -> Iterator[Cause]:
    if before.comparison and after.comparison:
        one, other = before.comparison.solver.judge, after.comparison.solver.judge
        yield from _if_differs("judge", "method", one, other)


def _vqe(before: Row, after: Row) -> Iterator[Cause]:
    """How the VQE came to its end; a row of a series goes on from its neighbour."""
    one, other = before.vqe, after.vqe
    if one is None or other is None:
        return
    yield from _if_differs("VQE", "end", one.status, other.status)
    yield from _if_differs("VQE", "start", one.start, other.start)
    yield from _if_differs("VQE", "parameters", one.n_parameters, other.n_parameters)


def _keys(before: Row, after: Row) -> Iterator[Cause]:
    """Where nothing else differs: the first stage with another content key, or nothing at all."""
    one, other = before.stage_keys, after.stage_keys
    if not one or not other:
        yield Cause(kind="nothing", what="a row of an earlier version, which kept no content keys")
        return
    for stage in STAGES:
        if stage in one and stage in other and one[stage] != other[stage]:
            what = (
                f"the stage {stage} has another content key although its settings are the same: "
                "another version of that stage in molpipe"
            )
            if before.series or after.series:
                what += ", or another point before it in the series"
            yield Cause(kind="content key", what=what)
            return
    what = "settings, geometry and content keys are the same: look at the versions and the machine"
    yield Cause(kind="nothing", what=what)


def _if_differs(kind: Any, what: str, before: object, after: object) -> Iterator[Cause]:
    if before != after:
        yield Cause(kind=kind, what=what, before=_text(before), after=_text(after))


def _text(value: object) -> str:
    return "nothing" if value is None else str(value)

"""One row as a Markdown page: what came out first, then the numbers, then how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from molpipe.model.document import Row
from molpipe.model.molecule import Failure
from molpipe.model.settings import Settings
from molpipe.report import markdown, numbers, words
from molpipe.report.markdown import text
from molpipe.report.methods import remarks, rungs
from molpipe.report.molecule_plot import molecule_plot
from molpipe.report.sections.provenance import changed


def molecule_page(row: Row) -> str:
    """The row in full, for somebody who has no other file of the run at hand."""
    plot = molecule_plot(row)
    name = numbers.label(row.name, 80)
    return markdown.document(
        [
            f"# {text(name) or 'no name'}",
            *_failure(row),
            *_verdicts(row),
            _molecule(row),
            *(f"**Note.** {text(note.message)} ({text(note.code)})" for note in row.warnings),
            markdown.image(plot, f"{name}: structure, energies, convergence") if plot else "",
            *_energies(row),
            *_ladder(row),
            "## How it was computed" if row.energies else "## How it was to be computed",
            markdown.bullets(_facts(row)),
        ]
    )


def one_line(row: Row) -> str:
    """What became of a row, as short as it can be said (Markdown)."""
    if row.failure:
        return f"{row.status}, {text(row.failure.code)}: {text(row.failure.message, 120)}"
    if row.comparison is None:
        return row.status
    solver, model = row.comparison.solver, row.comparison.model
    said = f"{words.reading_of_status(solver.verdict)}, {model.verdict}"
    if solver.judge is None:
        return said
    return f"{said}, VQE − {solver.judge.upper()} {numbers.signed(solver.vqe_minus_judge_mha)} mHa"


def failure_line(failure: Failure) -> str:
    """What happened and what to do, in one paragraph (Markdown)."""
    what = f"{text(failure.message.rstrip('. '))}."
    return f"{what} *What to do:* {text(failure.hint)}" if failure.hint else what


def _failure(row: Row) -> Iterator[str]:
    failure = row.failure
    if failure is None:
        return
    where = f" at the stage {text(failure.stage)}" if failure.stage else ""
    yield f"**{row.status.capitalize()}{where}: {text(failure.message)}**"
    if failure.hint:
        yield f"**What to do:** {text(failure.hint)}"
    code = f"Code {text(failure.code)}."
    yield f"{code} What was finished stands below." if row.energies else code


def _verdicts(row: Row) -> Iterator[str]:
    comparison, diagnostics = row.comparison, row.diagnostics
    lines = []
    if comparison:
        yield markdown.strong(comparison.headline)
        yield text(words.why(comparison), 2000)
        solver, model = comparison.solver.verdict, comparison.model
        share = model.active_share_of_correlation
        held = "unknown" if share is None else numbers.percent(share)
        reading = words.reading_of_status(solver)
        lines += [
            f"solver **{reading}**: {text(words.SOLVER_VERDICTS[solver])}",
            f"Hamiltonian **{model.verdict}**: its share of all correlation is {held}",
        ]
    if diagnostics:
        lines.append(f"flag **{diagnostics.flag}**: {text('; '.join(diagnostics.reasons))}")
    yield markdown.bullets(lines)


def _molecule(row: Row) -> str:
    origin = f"row {row.row} of {text(row.source.file)}, record {row.source.frame}"
    parts = [origin, f"input {text(row.input, 120)}" if row.input else ""]
    if row.molecule:
        molecule = row.molecule
        parts += [
            text(numbers.formula(molecule.formula)),
            f"charge {molecule.charge}".replace("-", numbers.MINUS),
            f"multiplicity {molecule.multiplicity}",
            f"{molecule.n_electrons} electrons",
        ]
    parts += [f"same as row {row.duplicate_of}"] if row.duplicate_of else []
    parts += ["from the result database"] if row.reused else []
    return " · ".join(filter(None, parts))


def _energies(row: Row) -> Iterator[str]:
    """Every energy [Ha] with its distance to CASCI [mHa], then why others are missing."""
    if row.energies is None:
        return
    rows = [
        (
            f"{rung.name}†" if rung.loose else rung.name,
            numbers.energy(rung.active.value if rung.active else None),
            numbers.signed(rung.above_mha),
            numbers.energy(rung.full.value if rung.full else None),
        )
        for rung in rungs(row)
    ]
    yield "## Energies [Ha]"
    headers = ("method", "active space", "− CASCI [mHa]", "all orbitals")
    yield markdown.table(headers, rows, right=(1, 2, 3))
    yield "The first two columns of numbers belong to one Hamiltonian, all orbitals to another."
    yield markdown.bullets(
        f"{'; '.join(names)}: {text(reason)}" for reason, names in remarks(row).items()
    )


def _ladder(row: Row) -> Iterator[str]:
    if row.comparison is None or not row.comparison.ladder:
        return
    yield "## What stands between these energies and the truth [mHa]"
    rows = [
        (text(step.step), numbers.signed(step.mha), step.bound, text(step.source))
        for step in row.comparison.ladder
    ]
    yield markdown.table(("step", "difference", "bound", "source"), rows, right=(1,))
    yield "The steps are coupled and do not add up."


def _facts(row: Row) -> Iterator[str]:
    if row.problem:
        problem = row.problem
        yield text(
            f"{sum(problem.active_electrons)} electrons in {problem.active_orbitals} orbitals "
            f"({problem.orbitals}), {problem.n_qubits} qubits, basis {problem.basis}: "
            f"{problem.selection_reason}"
        )
    if row.molecule and row.molecule.geometry_source:
        yield f"geometry: {text(row.molecule.geometry_source)}"
    yield from _circuit(row)
    yield f"settings that differ from the defaults: {text(_changed(row), 2000) or 'none'}"
    spent = [
        f"{stage.replace('_', ' ')} {numbers.seconds(seconds)}"
        for stage, seconds in asdict(row.seconds).items()
        if seconds is not None
    ]
    if spent:
        yield f"seconds: {', '.join(spent)}"
    if row.key:
        yield f"content key: {row.key}"


def _circuit(row: Row) -> Iterator[str]:
    vqe = row.vqe
    if vqe is None:
        return
    yield text(
        f"circuit: {vqe.ansatz.upper()}, {vqe.mapping}, {vqe.n_parameters} parameters, "
        f"{vqe.two_qubit_gates:,} two-qubit gates, depth {vqe.depth:,}, in the {vqe.backend} "
        "simulator"
    )
    check = vqe.circuit_check
    if check:
        yield text(f"circuit check in {check.backend}: {numbers.energy(check.energy)} Ha")
    yield text(
        f"VQE: {words.reading_of_status(vqe.status)} after {vqe.n_evaluations} evaluations, "
        f"gradient norm {numbers.scientific(vqe.gradient_norm)} Ha, start {vqe.start}, "
        f"{vqe.optimizer}, seed {vqe.seed}"
    )


def _changed(row: Row) -> str:
    defaults = Settings().model_dump(mode="json")
    return ", ".join(f"{key} = {value}" for key, value in changed(row.settings, defaults))

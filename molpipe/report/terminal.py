"""What the terminal shows: the table at the end of a run, and one result in full.

Every text from a batch goes in as a ``Text`` without control characters: a name is neither
markup nor an escape sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from molpipe.model.document import Results, Row
from molpipe.model.molecule import Failure
from molpipe.report import numbers, words
from molpipe.report.terminal_relative import relative_energies

_COLORS: Final = {
    "ok": "green",
    "reproduces": "green",
    "supported": "green",
    "green": "green",
    "partial": "yellow",
    "limited": "yellow",
    "undecided": "yellow",
    "amber": "yellow",
    "refused": "red",
    "failed": "red",
    "misses": "red",
    "multireference": "red",
    "red": "red",
}


def summary_table(results: Results) -> Table:
    """The run in at most 100 columns: energies, relative energies, rows that have a failure."""
    whole = Table.grid()
    answered = [row for row in results.rows if row.energies]
    troubled = [row for row in results.rows if row.failure or not row.energies]
    if answered:
        whole.add_row(_energies(answered))
    if results.reactions or results.series:
        whole.add_row(relative_energies(results))
    if troubled:
        whole.add_row(_failures(troubled))
    return whole


def result_details(row: Row) -> RenderableType:
    """One result in full, for ``molpipe show``."""
    parts: list[RenderableType | None] = [Text(numbers.label(row.name), "bold")]
    if row.comparison:
        parts += [
            Text(row.comparison.headline),
            Text(words.why(row.comparison), "dim"),
        ]
    parts += [_facts(row), _failure(row.failure)]
    parts += [
        Text(f"note: {_printable(warning.message)} ({warning.code})") for warning in row.warnings
    ]
    parts += [_methods(row), _ladder(row), _vqe(row), _origin(row)]
    return Group(*(Padding(part, (0, 0, 1, 0)) for part in parts if part))


def _energies(rows: Sequence[Row]) -> Table:
    table = _table(
        "row", "name", "status", "space", "VQE [Ha]", "−CASCI", "−CCSD", "recovered", "verdict"
    )
    table.columns[1].no_wrap = False  # the one column that may give way, so that no digit does
    for column in (0, 4, 5, 6, 7):
        table.columns[column].justify = "right"
    for row in rows:
        table.add_row(str(row.row), _name(row), _word(row.status), *_numbers(row))
    table.caption = Text("−CASCI, −CCSD: VQE minus these in the same active space [mHa]\n")
    table.caption_justify = "left"
    return table


def _numbers(row: Row) -> Iterator[str | Text]:
    problem, comparison, energies = row.problem, row.comparison, row.energies
    electrons = sum(problem.active_electrons) if problem else 0
    yield f"({electrons}e,{problem.active_orbitals}o)" if problem else numbers.MISSING
    yield numbers.energy(energies.active.vqe.value if energies else None)
    yield numbers.signed(comparison.vqe_minus_casci_mha if comparison else None)
    yield numbers.signed(comparison.vqe_minus_ccsd_mha if comparison else None)
    yield numbers.percent(comparison.correlation_recovered if comparison else None)
    yield _word(comparison.solver.verdict) if comparison else numbers.MISSING


def _failures(rows: Sequence[Row]) -> Table:
    table = _table("row", "name", "status", "why")
    table.columns[0].justify = "right"
    table.columns[3].no_wrap = False
    for row in rows:
        why = Text()
        if row.failure:
            why.append(row.failure.code, "bold").append(f" {_printable(row.failure.message)}")
        if row.failure and row.failure.hint:
            why.append(f"\n{_printable(row.failure.hint)}", "dim")
        table.add_row(str(row.row), _name(row), _word(row.status), why)
    return table


def _failure(failure: Failure | None) -> Table | None:
    if failure is None:
        return None
    facts = _pairs()
    facts.add_row("stage", failure.stage or numbers.MISSING)
    facts.add_row("code", Text(failure.code, "bold"))
    facts.add_row("message", Text(_printable(failure.message)))
    facts.add_row("what to do", Text(_printable(failure.hint) or numbers.MISSING))
    return facts


def _facts(row: Row) -> Table:
    facts = _pairs()
    facts.add_row("status", _word(row.status))
    if row.molecule:
        molecule = row.molecule
        facts.add_row(
            "molecule",
            f"{numbers.formula(molecule.formula)}, charge {molecule.charge}, "
            f"multiplicity {molecule.multiplicity}, {molecule.n_electrons} electrons",
        )
        facts.add_row("geometry", Text(molecule.geometry_source or numbers.MISSING))
    if row.problem:
        problem = row.problem
        facts.add_row("basis", Text(f"{problem.basis}, {problem.reference.upper()}"))
        facts.add_row(
            "active space",
            Text(
                f"{sum(problem.active_electrons)} electrons in {problem.active_orbitals} orbitals, "
                f"{problem.n_qubits} qubits ({problem.orbitals}): {problem.selection_reason}"
            ),
        )
    if row.comparison:
        verdicts = Text("solver ").append_text(_word(row.comparison.solver.verdict))
        verdicts.append(", model ").append_text(_word(row.comparison.model.verdict))
        if row.diagnostics:
            verdicts.append(", flag ").append_text(_word(row.diagnostics.flag))
        facts.add_row("verdicts", verdicts)
    if row.diagnostics and row.diagnostics.reasons:
        facts.add_row("diagnostics", Text("; ".join(row.diagnostics.reasons)))
    return facts


def _methods(row: Row) -> Table | None:
    if row.energies is None:
        return None
    table = _table("energy [Ha]", "active space", "all orbitals", "remark")
    table.columns[1].justify = table.columns[2].justify = "right"
    table.columns[3].no_wrap = False
    for field, name in words.METHODS.items():
        energies = [
            getattr(block, field, None) for block in (row.energies.active, row.energies.full)
        ]
        remarks = [
            f"{words.reading_of_status(energy.status)}: {energy.reason or ''}".rstrip(": ")
            for energy in energies
            if energy and energy.status != "ok"
        ]
        values = [numbers.energy(energy.value) if energy else "" for energy in energies]
        table.add_row(name, *values, Text("; ".join(remarks), "dim"))
    return table


def _ladder(row: Row) -> Table | None:
    if row.comparison is None or not row.comparison.ladder:
        return None
    table = _table("step", "[mHa]", "bound", "source")
    table.columns[1].justify = "right"
    table.columns[0].no_wrap = table.columns[3].no_wrap = False
    for step in row.comparison.ladder:
        table.add_row(Text(step.step), numbers.signed(step.mha), step.bound, Text(step.source))
    return table


def _vqe(row: Row) -> Table | None:
    vqe = row.vqe
    if vqe is None:
        return None
    facts = _pairs()
    facts.add_row("VQE", words.reading_of_status(vqe.status))
    facts.add_row("ansatz", f"{vqe.ansatz}, {vqe.mapping}, {vqe.n_parameters} parameters")
    facts.add_row("backend", f"{vqe.backend}, {vqe.optimizer}, seed {vqe.seed}")
    facts.add_row("start", f"{vqe.start}, {numbers.energy(vqe.start_energy)} Ha")
    facts.add_row("evaluations", str(vqe.n_evaluations))
    facts.add_row("gradient norm", f"{numbers.scientific(vqe.gradient_norm)} Ha")
    facts.add_row("circuit", f"{vqe.two_qubit_gates} two-qubit gates, depth {vqe.depth}")
    check = vqe.circuit_check
    verdict = f"{check.backend}: {numbers.energy(check.energy)} Ha" if check else "not done"
    facts.add_row("circuit check", verdict)
    return facts


def _origin(row: Row) -> Table:
    facts = _pairs()
    facts.add_row("read from", Text(f"{row.source.file}, record {row.source.frame}"))
    facts.add_row("input", Text(numbers.label(row.input, 200)))
    if row.key:
        facts.add_row("key", row.key)
    seconds = row.seconds
    facts.add_row(
        "seconds",
        f"VQE {numbers.seconds(seconds.vqe)}, references {numbers.seconds(seconds.reference)}, "
        f"in all {numbers.seconds(seconds.total)}{', reused' if row.reused else ''}",
    )
    return facts


def _table(*headers: str) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0),
        header_style="dim",
    )  # fmt: skip
    for header in headers:
        table.add_column(Text(header), no_wrap=True, overflow="ellipsis")
    return table


def _pairs() -> Table:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column()
    return facts


def _name(row: Row) -> Text:
    return Text(numbers.label(row.name, 18))


def _word(word: str) -> Text:
    return Text(words.reading_of_status(word), _COLORS.get(word, ""))


def _printable(text: str) -> str:
    return numbers.label(text, 600)

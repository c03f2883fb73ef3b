"""A batch as a Markdown page and as the cells of a table, where no other report is at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from molpipe.analysis.headline import SEVERITY
from molpipe.model.comparison import ModelVerdict, SolverVerdict
from molpipe.model.document import Results, Row, RowStatus
from molpipe.model.molecule import Failure
from molpipe.report import markdown, numbers, relative, words
from molpipe.report.markdown import text
from molpipe.report.page import failure_line

TABLE_ROWS: Final = 500
"""A table of more rows keeps these many, the worst ones."""

LISTED: Final = 100
"""So many rows that are not ok are written out in the summary."""

_SHOWN: Final = {"hf": "HF", "ccsd": "CCSD", "casci": "CASCI", "vqe": "VQE"}
_ORDER: Final[Mapping[RowStatus, int]] = {
    "failed": 0, "partial": 1, "refused": 2, "ok": 3, "cancelled": 4,
}  # fmt: skip


def worst_first(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order of the attention they need; cancelled ones have nothing to say."""
    return sorted(rows, key=_badness)


def comparison_table(rows: Sequence[Row], links: Mapping[int, str]) -> list[dict[str, str]]:
    """One line a row with short cells, which are Markdown; ``links`` lead to pages, by row.

    In input order, or the :data:`TABLE_ROWS` worst ones; differences are VQE minus these [mHa].
    """
    shown = rows if len(rows) <= TABLE_ROWS else worst_first(rows)[:TABLE_ROWS]
    return [_cells(row, links) for row in shown]


def verdict_counts(rows: Sequence[Row]) -> list[str]:
    """How many rows ended how, one line for each kind of verdict (Markdown)."""
    compared = [row.comparison for row in rows if row.comparison]
    kinds = (
        ("rows", get_args(RowStatus), Counter(row.status for row in rows)),
        ("solver", get_args(SolverVerdict), Counter(one.solver.verdict for one in compared)),
        ("Hamiltonian", get_args(ModelVerdict), Counter(one.model.verdict for one in compared)),
    )
    return [
        f"{kind}: " + ", ".join(_counted(word, found[word]) for word in order if found[word])
        for kind, order, found in kinds
        if found
    ]


def summary_page(results: Results, *, report: str, links: Mapping[int, str]) -> str:
    """The run in words: what came out, what did not and what to do, where the rest lies.

    Args:
        results: the finished batch.
        report: the file or folder of the full report, as people are to read it.
        links: addresses of the pages of single rows, by row number.
    """
    lead, *others = words.summary(results)
    batch = results.batch
    run = (
        f"run {batch.id} · {batch.started[:16].replace('T', ' ')} · "
        f"{numbers.duration(batch.seconds)} · {words.method(results)}"
    )
    versions = ", ".join(f"{name} {version}" for name, version in batch.versions.items())
    return markdown.document(
        [
            f"# {text(words.run_title(results))}",
            markdown.strong(lead),
            " ".join(map(text, others)),
            text(run),
            markdown.bullets(verdict_counts(results.rows)),
            *_troubled(results.rows, links),
            *_relative(results),
            "## The full report",
            f"It lies in {text(report)}. From the result database, "
            f"`molpipe report {batch.id}` draws it again.",
            _paged(results.rows, links),
            f"Versions: {text(versions, 2000)}",
        ]
    )


def _counted(word: str, number: int) -> str:
    return f"{words.reading_of_status(word)} **{number:,}**"


def _badness(row: Row) -> tuple[int, int, float, int]:
    if row.comparison is None:
        return _ORDER[row.status], 0, 0.0, row.row
    solver, model = row.comparison.solver, row.comparison.model
    severity = max(SEVERITY[solver.verdict], SEVERITY[model.verdict])
    return _ORDER[row.status], -severity, -abs(solver.vqe_minus_judge_mha or 0.0), row.row


def _cells(row: Row, links: Mapping[int, str]) -> dict[str, str]:
    comparison = row.comparison
    return {
        "row": f"[{row.row}]({links[row.row]})" if row.row in links else str(row.row),
        "name": text(row.name, 20),
        "status": row.status,
        "solver, model or why not": _verdict(row),
        "−CASCI": numbers.signed(comparison.vqe_minus_casci_mha if comparison else None),
        "−CCSD": numbers.signed(comparison.vqe_minus_ccsd_mha if comparison else None),
        "VQE [Ha]": numbers.energy(row.energies.active.vqe.value if row.energies else None),
        "qubits": str(row.problem.n_qubits) if row.problem else numbers.MISSING,
    }


def _verdict(row: Row) -> str:
    """One cell for both: a row that failed has no verdicts, and cells stand side by side."""
    if row.failure:
        return text(f"{row.failure.code} {row.failure.message}", 40)
    if row.comparison is None:
        return ""
    solver, model = row.comparison.solver.verdict, row.comparison.model.verdict
    return f"{words.reading_of_status(solver)}, {model}"


def _troubled(rows: Sequence[Row], links: Mapping[int, str]) -> Iterator[str]:
    troubled = [(row, row.failure) for row in worst_first(rows) if row.failure]
    if not troubled:
        return
    yield "## Rows that are not ok"
    yield markdown.bullets(_trouble(row, failure, links) for row, failure in troubled[:LISTED])
    if len(troubled) > LISTED:
        yield f"{len(troubled) - LISTED:,} more are not written out here; the report has them."


def _trouble(row: Row, failure: Failure, links: Mapping[int, str]) -> str:
    page = f" ([page]({links[row.row]}))" if row.row in links else ""
    name = markdown.strong(row.name, 60)
    return f"row {row.row}, {name}, {row.status}{page}: {failure_line(failure)}"


def _relative(results: Results) -> Iterator[str]:
    said = relative.sentences(results)
    if not results.reactions and not said:
        return
    yield "## Relative energies [kcal/mol]"
    if results.reactions:
        rows = [
            (
                text(reaction.name, 40),
                *(numbers.signed(reaction.active[method].kcal_mol, 2) for method in _SHOWN),
                numbers.signed(reaction.vqe_minus_casci_kcal_mol, 2),
            )
            for reaction in results.reactions
        ]
        headers = ("reaction", *_SHOWN.values(), "VQE − CASCI")
        yield markdown.table(headers, rows, right=range(1, len(headers)))
        yield "Products minus reactants in the active space; the report has every method."
    yield markdown.bullets(text(sentence, 1000) for sentence in said)


def _paged(rows: Sequence[Row], links: Mapping[int, str]) -> str:
    if len(links) >= sum(row.status != "cancelled" for row in rows):
        return ""
    return (
        f"{len(links):,} of {len(rows):,} rows have a page of their own here: those that failed "
        "and those with the worst verdicts."
    )

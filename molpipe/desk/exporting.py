"""What is stored, as a file in a format of other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from molpipe.desk.reopening import Reopened, reopen_result, shortened
from molpipe.desk.runs import find_run
from molpipe.errors import InputError
from molpipe.store import Question, Store
from molpipe.store.prefixes import as_prefix

if TYPE_CHECKING:
    import pandas as pd

TABLES: Final = ("csv", "parquet", "latex")
PROBLEMS: Final = ("fcidump", "qcschema")
CIRCUITS: Final = ("openqasm2", "openqasm3", "cirq")
FORMATS: Final = (*TABLES, *PROBLEMS, *CIRCUITS)

SUFFIXES: Final[Mapping[str, str]] = {
    ".csv": "csv",
    ".parquet": "parquet",
    ".tex": "latex",
    ".fcidump": "fcidump",
    ".qcschema.json": "qcschema",
    ".cirq.json": "cirq",
    ".qasm": "openqasm3",
}


def format_of(path: Path, wanted: str | None) -> str:
    """The format that is wanted, else the one that the name of the file ends in.

    Raises:
        InputError: there is no such format, or the name does not tell.
    """
    name = path.name.lower()
    if wanted is None:
        found = [kind for suffix, kind in SUFFIXES.items() if name.endswith(suffix)]
        wanted = found[0] if found else "fcidump" if name == "fcidump" else None
    if wanted == "openqasm":
        wanted = "openqasm3"
    if wanted not in FORMATS:
        asked = f"no format {wanted!r}" if wanted else f"{path.name} does not tell its format"
        raise InputError(asked, hint=f"--format is one of {', '.join(FORMATS)}")
    return wanted


def export_result(wanted: str, path: Path, *, format: str | None, store: Store) -> str:
    """Write what is stored under a name to ``path``; the format that was written.

    Args:
        wanted: for a table the name of a batch, for its latest run (``pilot~1``: before), or
            how the id of a run begins, or as for the other formats the name or the key of a row.
        path: the file; one that is there is replaced.
        format: one of ``FORMATS``; None to tell it from the name of the file.
        store: holds the result.

    Raises:
        InputError: there is no such result or format, there are several results, or the row
            did not get so far.
        StoreError: the result is no longer in the database, or the file cannot be written.
    """
    kind = format_of(path, format)
    if kind in TABLES:
        found = _rows(wanted, store)
        write: Callable[[], None] = lambda: _write_table(found, path, kind)  # noqa: E731
    else:
        result = reopen_result(wanted, store)
        write = _writer(result, path, kind)
    try:
        write()
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}", hint="name another folder"
        ) from error
    return kind


def _rows(wanted: str, store: Store) -> pd.DataFrame:
    """The rows of the latest run of that name, else those with this name or key, else of a run."""
    from molpipe.exports.frame import frame  # noqa: PLC0415

    runs = store.runs()
    named = [Question(batch=run.id) for run in runs if run.name == wanted][:1]
    keyed = [Question(key=prefix)] if (prefix := as_prefix(wanted)) else []
    for question in (*named, Question(molecule=wanted), *keyed):
        found = frame(*store.find_lines(question))
        if not found.empty:
            return found
    try:
        run = find_run(wanted, runs)
    except InputError as error:
        if error.code != "NO_RUN":
            raise
        raise InputError(
            f"no run, no result and no key is called {shortened(wanted)!r}",
            hint=f"{error.hint}; results.csv of a run lists its rows",
            code="NO_RESULT",
        ) from None
    return frame(*store.find_lines(Question(batch=run.id)))


def _write_table(found: pd.DataFrame, path: Path, kind: str) -> None:
    from molpipe.exports import latex, table  # noqa: PLC0415

    writers = {"csv": table.write_csv, "parquet": table.write_parquet, "latex": latex.write}
    writers[kind](found, path)


def _writer(result: Reopened, path: Path, kind: str) -> Callable[[], None]:
    """Writes the file; what is computed for it is computed here."""
    if kind == "fcidump":
        from molpipe.exports import fcidump  # noqa: PLC0415

        return lambda: fcidump.write(result.problem, path)
    if kind == "qcschema":
        from molpipe.exports import qcschema  # noqa: PLC0415

        return lambda: qcschema.write(result.row, result.problem, path)
    circuit = result.circuit
    if kind == "cirq":
        from molpipe.exports import cirq_json  # noqa: PLC0415
        from molpipe.quantum.gates import decomposed  # noqa: PLC0415

        return lambda: cirq_json.write(decomposed(circuit), path)
    from molpipe.exports import openqasm  # noqa: PLC0415

    version: openqasm.Version = "2.0" if kind == "openqasm2" else "3.0"
    return lambda: openqasm.write(circuit, path, version=version)

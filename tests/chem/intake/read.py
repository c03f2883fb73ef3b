"""Write a batch file and read it back: what all intake tests do."""

from pathlib import Path

from molpipe.chem.intake import read_batch
from molpipe.model.molecule import BatchRow


def read_text(folder: Path, name: str, content: str | bytes) -> tuple[BatchRow, ...]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_batch(path).rows


def read_smiles(folder: Path, smiles: str, **cells: str) -> BatchRow:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in (smiles, *cells.values())]
    text = ",".join(["smiles", *cells]) + "\n" + ",".join(quoted) + "\n"
    (row,) = read_text(folder, "batch.csv", text)
    return row


def read_xyz(folder: Path, atoms: str, comment: str = "") -> BatchRow:
    lines = [line.strip() for line in atoms.split(";")]
    (row,) = read_text(folder, "frame.xyz", "\n".join([str(len(lines)), comment, *lines]) + "\n")
    return row


def codes(row: BatchRow) -> list[str]:
    """What became of a row: the code of its failure, or those of its warnings."""
    if row.failure is not None:
        return [row.failure.code]
    return [warning.code for warning in row.warnings]

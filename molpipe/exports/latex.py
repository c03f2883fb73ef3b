"""A table for a paper: rows of results in LaTeX, with booktabs, textcomp and T1 fonts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from molpipe.errors import InputError
from molpipe.files import write_text

COLUMNS: Final[Mapping[str, str]] = {
    "name": "Molecule",
    "basis": "Basis",
    "n_qubits": "Qubits",
    "ansatz": "Ansatz",
    "active_hf [Ha]": "$E_\\mathrm{HF}$ [Ha]",
    "active_ccsd [Ha]": "$E_\\mathrm{CCSD}$ [Ha]",
    "active_casci [Ha]": "$E_\\mathrm{CASCI}$ [Ha]",
    "active_vqe [Ha]": "$E_\\mathrm{VQE}$ [Ha]",
    "vqe_minus_judge [mHa]": "$\\Delta$ [mHa]",
    "solver_verdict": "Verdict",
}
"""Columns of the frame and their headings."""

_DECIMALS: Final[Mapping[str, int]] = {"Ha": 6, "mHa": 3, "s": 1}
_ESCAPED: Final[Mapping[int, str]] = str.maketrans(
    {
        "\\": "\\textbackslash{}",
        "~": "\\textasciitilde{}",
        "^": "\\textasciicircum{}",
        "<": "\\textless{}",
        ">": "\\textgreater{}",
        "|": "\\textbar{}",
        '"': "\\textquotedbl{}",
        "'": "\\textquotesingle{}",
        "`": "\\textasciigrave{}",
        "[": "{[}",
        "]": "{]}",
        **{mark: f"\\{mark}" for mark in "&%$#_{}"},
    }
)


def write(frame: pd.DataFrame, path: Path, *, columns: Sequence[str] = tuple(COLUMNS)) -> None:
    """Write some columns of ``frame`` to ``path``.

    Raises:
        InputError: the frame has no such column.
        OSError: the folder cannot be written.
    """
    write_text(path, to_latex(frame, columns=columns))


def to_latex(frame: pd.DataFrame, *, columns: Sequence[str] = tuple(COLUMNS)) -> str:
    """The table; energies with 6 decimals [Ha], differences with 3 [mHa], a dash for none.

    Raises:
        InputError: the frame has no such column.
    """
    unknown = [name for name in columns if name not in frame.columns]
    if unknown:
        raise InputError(
            f"there is no column {unknown[0]!r}", hint="the columns of a frame are its .columns"
        )
    alignment = "".join(
        "r" if pd.api.types.is_numeric_dtype(frame[name]) else "l" for name in columns
    )
    headings = " & ".join(COLUMNS.get(name, escaped(name)) for name in columns)
    lines = [
        " & ".join(_cell(value, name) for value, name in zip(line, columns, strict=True))
        for line in frame[list(columns)].astype(object).itertuples(index=False, name=None)
    ]
    body = "".join(f"{line} \\\\\n" for line in lines)
    return (
        "% \\usepackage{booktabs}, \\usepackage[T1]{fontenc}, \\usepackage{textcomp}\n"
        f"\\begin{{tabular}}{{{alignment}}}\n\\toprule\n{headings} \\\\\n\\midrule\n"
        f"{body}\\bottomrule\n\\end{{tabular}}\n"
    )


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is; what cannot be seen, and line ends, become spaces.

    Letters outside Latin need XeLaTeX or LuaLaTeX and a font that has them.
    """
    visible = (" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    text = " ".join("".join(visible).split()).translate(_ESCAPED)
    return text.replace("--", "-{}-").replace("--", "-{}-")  # two would become a dash


def _cell(value: Any, column: str) -> str:
    if pd.isna(value):
        return "--"
    if isinstance(value, float):
        decimals = _DECIMALS.get(column.rpartition("[")[2].rstrip("]"), 3)
        return f"${round(value, decimals) + 0.0:.{decimals}f}$"  # no -0.000
    return escaped(str(value))

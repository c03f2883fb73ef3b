"""The table is balanced, and no name leaves its cell."""

import re
import shutil
import subprocess

import pandas as pd
import pytest

from molpipe.errors import InputError
from molpipe.exports.latex import COLUMNS, escaped, to_latex

HOSTILE = [
    "\\input{/etc/passwd}",
    "a & b \\\\ c",
    "100% $x_1^2$ #~{}",
    '--- [3] `quoted\' "text" <b>|',
    "line\nbreak\ttab \N{RIGHT-TO-LEFT OVERRIDE}end",
    "x" * 10_000,
]


def table(names, **others):
    found = pd.DataFrame({name: pd.Series([None] * len(names)) for name in COLUMNS})
    return found.assign(name=names, **others)


def unescaped(text):
    """What LaTeX prints: read by other rules than those that wrote it."""
    text = re.sub(
        r"\\text(backslash|asciitilde|asciicircum|less|greater|bar|quotedbl|quotesingle|"
        r"asciigrave)\{\}",
        lambda m: {
            "backslash": "\\\\",
            "asciitilde": "~",
            "asciicircum": "^",
            "less": "<",
            "greater": ">",
            "bar": "|",
            "quotedbl": '"',
            "quotesingle": "'",
            "asciigrave": "`",
        }[m.group(1)].replace("\\\\", "\0"),
        text,
    )
    text = re.sub(r"\{([\[\]])\}", r"\1", text).replace("-{}", "-")
    return re.sub(r"\\([&%$#_{}])", r"\1", text).replace("\0", "\\")  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_escaped_text_prints_as_it_is(name):
    assert unescaped(escaped(name)) == name


def test_what_cannot_be_seen_becomes_a_space():
    assert escaped(HOSTILE[4]) == "line break tab end"


def test_every_line_has_every_cell():
    text = to_latex(table(HOSTILE))
    body = text.split("\\midrule\n")[1].split("\\bottomrule")[0]
    lines = body.splitlines()
    assert len(lines) == len(HOSTILE)
    for line in lines:
        assert line.endswith(" \\\\")
        assert len(re.findall(r"(?<!\\)&", line)) == len(COLUMNS) - 1
        plain = re.sub(r"\\[{}]", "", line)
        assert plain.count("{") == plain.count("}")
        assert not re.search(r"(?<!\\)[%#]", line)
    (alignment,) = re.findall(r"\\begin\{tabular\}\{([lr]+)\}", text)
    assert len(alignment) == len(COLUMNS)


def test_numbers_have_the_decimals_of_their_unit():
    found = table(
        ["water"], **{"active_vqe [Ha]": [-75.01230328], "vqe_minus_judge [mHa]": [-1e-9]}
    )
    text = to_latex(found, columns=["name", "active_vqe [Ha]", "vqe_minus_judge [mHa]"])
    assert "water & $-75.012303$ & $0.000$ \\\\" in text


def test_a_missing_value_is_a_dash():
    assert "water & --" in to_latex(table(["water"]), columns=["name", "active_ccsd [Ha]"])


def test_an_unknown_column_is_refused():
    with pytest.raises(InputError, match="colour"):
        to_latex(table(["water"]), columns=["colour"])


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex on this machine")
def test_latex_compiles_it(tmp_path):
    document = (
        "\\documentclass{article}\\usepackage{booktabs}\\usepackage[T1]{fontenc}"
        "\\usepackage{textcomp}\\begin{document}\n"
        f"{to_latex(table(HOSTILE[:5]))}\\end{{document}}\n"
    )
    (tmp_path / "table.tex").write_text(document)
    command = ["pdflatex", "-halt-on-error", "-interaction=batchmode", "table.tex"]
    subprocess.run(command, cwd=tmp_path, check=True)

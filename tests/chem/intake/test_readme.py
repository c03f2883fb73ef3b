"""The table of codes in molecules/README.md against the codes in the source."""

import re
from pathlib import Path

import molpipe
from molpipe.limits import CHILD_DIED
from tests.chem.intake.catalogue import CASES

PACKAGE = Path(molpipe.__file__).parent
README = PACKAGE.parent / "molecules" / "README.md"

OURS = [
    *PACKAGE.glob("chem/intake/*.py"),
    *PACKAGE.glob("chem/conformer/*.py"),
    PACKAGE / "chem" / "basis.py",
    PACKAGE / "analysis" / "duplicates.py",
    PACKAGE / "analysis" / "unbound.py",
]
CODE = re.compile(r"""(?:code=|default_code = )"([A-Z][A-Z_0-9]+)\"""")


def codes(paths):
    return {code for path in paths for code in CODE.findall(path.read_text(encoding="utf-8"))}


def table():
    """The codes in the first column of the table."""
    lines = README.read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1] for line in lines if re.match(r"\| `[A-Z]", line)]
    return [code for cell in cells for code in re.findall(r"`([A-Z_0-9]+)`", cell)]


def test_every_code_of_the_source_stands_in_the_table():
    assert codes(OURS) <= set(table())


def test_every_code_of_the_table_stands_in_the_source():
    assert set(table()) <= codes(PACKAGE.rglob("*.py")) | {CHILD_DIED}
    assert len(table()) == len(set(table()))


def test_every_code_of_the_source_has_a_case_in_the_catalogue():
    met = {code for case in CASES for code in (case.code, *case.warnings, *case.found)}
    assert codes(OURS) - met == {"NAME_REPEATED", "NAME_CHANGED"}  # cases have plain names

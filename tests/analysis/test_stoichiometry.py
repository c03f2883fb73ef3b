from dataclasses import replace

import pytest

from molpipe.analysis.stoichiometry import check_reactions
from molpipe.errors import InvalidSettings
from molpipe.model.molecule import BatchRow, Failure, MoleculeRecord, RowWarning, Source
from molpipe.model.reactions import parse_reactions

REFUSED = Failure(stage="intake", code="VALENCE", message="five bonds")


def batch_row(number, name, formula, *, charge=0, multiplicity=1):
    molecule = MoleculeRecord(
        smiles=None,
        inchikey=None,
        formula=formula,
        charge=charge,
        multiplicity=multiplicity,
        n_electrons=10,
    )
    source = Source(file="batch.csv", frame=number)
    return BatchRow(row=number, name=name, input="", source=source, molecule=molecule)


ROWS = [
    batch_row(1, "ethane", "C2H6"),
    batch_row(2, "methyl", "CH3", multiplicity=2),
    batch_row(3, "ammonia", "H3N"),
    batch_row(4, "ammonium", "H4N", charge=1),
    batch_row(5, "proton", "H", charge=1),
    batch_row(6, "ethane, large", "C2H6"),
    batch_row(7, "methyl, large", "CH3", multiplicity=2),
    batch_row(8, "chloroethane", "C2H5Cl"),
    batch_row(9, "calcium carbide", "C2Ca"),
]
CLEAVAGE = {"name": "cleavage", "reactants": {"ethane": 1}, "products": {"methyl": 2}}
LARGE = {
    "name": "cleavage",
    "reactants": {"ethane, large": 1},
    "products": {"methyl, large": 2},
}


def check(*reactions, rows=ROWS):
    check_reactions(parse_reactions(reactions), rows)


def complaint(*reactions, rows=ROWS):
    with pytest.raises(InvalidSettings) as caught:
        check(*reactions, rows=rows)
    return f"{caught.value.message} ({caught.value.hint})"


def test_balanced_reactions_pass():
    check(
        CLEAVAGE,
        {"name": "half", "reactants": {"ethane": 0.5}, "products": {"methyl": 1}},
        {"name": "base", "reactants": {"ammonia": 1, "proton": 1}, "products": {"ammonium": 1}},
        {"name": "conformer", "reactants": {"ethane": 1}, "products": {"ethane, large": 1}},
    )


def test_an_unknown_row_is_named_with_what_is_near():
    said = complaint({**CLEAVAGE, "products": {"methly": 2}})
    assert "'cleavage'" in said
    assert "'methly'" in said
    assert "'methyl'" in said


@pytest.mark.parametrize(
    ("change", "off"),
    [
        ({"products": {"methyl": 1}}, "-1 C, -3 H"),
        ({"reactants": {"ammonia": 1}, "products": {"ammonium": 1}}, "+1 H, +1 charge"),
        ({"reactants": {"ethane": 1}, "products": {"chloroethane": 1}}, "+1 Cl, -1 H"),
        ({"reactants": {"ethane": 1}, "products": {"calcium carbide": 1}}, "+1 Ca, -6 H"),
    ],
)
def test_what_is_not_balanced_says_by_what(change, off):
    said = complaint({**CLEAVAGE, **change})
    assert "'cleavage' is not balanced" in said
    assert f"reactants are {off} (" in said


def test_charge_alone_must_balance_too():
    said = complaint(
        {"name": "ionisation", "reactants": {"proton": 1}, "products": {"atom": 1}},
        rows=[*ROWS, batch_row(10, "atom", "H", multiplicity=2)],
    )
    assert "-1 charge" in said


def test_a_name_that_two_rows_had_is_ambiguous():
    renamed = replace(
        batch_row(10, "methyl-2", "CH3"),
        warnings=(RowWarning(code="NAME_REPEATED", message="taken already"),),
    )
    said = complaint(CLEAVAGE, rows=[*ROWS, renamed])
    assert "rows 2 and 10" in said
    check({**CLEAVAGE, "products": {"methyl-2": 2}}, rows=[*ROWS, renamed])
    check(CLEAVAGE, rows=[*ROWS, replace(renamed, warnings=())])


def test_a_refused_row_is_no_fault_of_the_reaction():
    refused = replace(ROWS[1], molecule=None, failure=REFUSED)
    check(CLEAVAGE, rows=[ROWS[0], refused, *ROWS[2:]])


def test_one_name_is_one_reaction():
    check(CLEAVAGE, LARGE)
    assert "twice with the same rows" in complaint(CLEAVAGE, CLEAVAGE)
    other = {"name": "cleavage", "reactants": {"ammonia": 1, "proton": 1},
             "products": {"ammonium": 1}}  # fmt: skip
    assert "are not the same" in complaint(CLEAVAGE, other)
    assert "are not the same" in complaint(CLEAVAGE, {**LARGE, "group": "bonds"})

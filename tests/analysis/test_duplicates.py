from molpipe.analysis.duplicates import link_duplicates
from molpipe.model.document import MoleculeBlock, Row
from molpipe.model.molecule import Source


def row(number, key, inchikey=None, **fields):
    molecule = MoleculeBlock(
        smiles=None,
        inchikey=inchikey,
        formula="H2",
        charge=0,
        multiplicity=1,
        n_electrons=2,
        geometry_source=None,
        geometry=None,
    )
    return Row(
        row=number,
        name=f"m{number}",
        input="",
        source=Source(file="batch.csv", frame=number),
        status="ok",
        key=key,
        molecule=molecule,
        **fields,
    )


def told(rows):
    return [(r.row, r.duplicate_of, [w.code for w in r.warnings]) for r in link_duplicates(rows)]


def test_later_rows_of_the_same_key_are_linked_to_the_first():
    rows = [row(3, "a"), row(1, "a"), row(2, "b"), row(4, None), row(5, None)]
    assert told(rows) == [(3, 1, ["DUPLICATE"])]


def test_tautomers_are_pointed_out_and_not_linked():
    rows = [row(1, "a", "X"), row(2, "b", "X"), row(3, "a", "X"), row(4, None, "X"), row(5, "c")]
    assert told(rows) == [
        (2, None, ["SAME_INCHIKEY"]),
        (3, 1, ["DUPLICATE"]),
        (4, None, ["SAME_INCHIKEY"]),
    ]


def test_points_of_a_curve_and_other_settings_are_meant_to_be_the_same_compound():
    curve = [row(n, f"k{n}", "X", series="scan") for n in (1, 2)]
    other = row(3, "c", "X", settings={"basis": "6-31g"})
    assert told([*curve, other]) == []

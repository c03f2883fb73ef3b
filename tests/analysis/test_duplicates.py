from molpipe.analysis.duplicates import link_duplicates
from molpipe.model.document import Row
from molpipe.model.molecule import Source


def row(number, key):
    source = Source(file="batch.csv", frame=number)
    return Row(row=number, name=f"m{number}", input="", source=source, status="ok", key=key)


def test_later_rows_of_the_same_key_are_linked_to_the_first():
    linked = link_duplicates([row(3, "a"), row(1, "a"), row(2, "b"), row(4, None), row(5, None)])
    assert [(r.row, r.duplicate_of) for r in linked] == [(3, 1)]
    assert linked[0].warnings[0].code == "DUPLICATE"

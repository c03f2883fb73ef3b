import csv
import io
import json
from dataclasses import replace

from molpipe.analysis.sides import compare_runs
from molpipe.exports.changes import COLUMNS, to_csv, to_json
from molpipe.model.results import EnergyValue
from tests.analysis.cases import row, with_energies
from tests.sample_results import FORMULA, sample_results


def changes(name="water"):
    before = row(1, name)
    energy = before.energies.active.vqe.value + 0.002
    after = with_energies(before, "active", vqe=EnergyValue.ok(energy))
    return compare_runs([replace(sample_results(), rows=(r,)) for r in (before, after)])


def test_the_json_says_what_changed_and_why():
    document = json.loads(to_json(changes()))
    (pair,) = document["pairs"]
    (molecule,) = pair["molecules"]
    assert document["changed"] is molecule["changed"] is True
    (quantity,) = [q for q in molecule["quantities"] if q["beyond"]]
    assert round(quantity["change"], 6) == 2.0
    assert molecule["why"]


def test_the_csv_has_a_line_for_every_quantity():
    header, *lines = csv.reader(io.StringIO(to_csv(changes())))
    assert tuple(header) == COLUMNS
    (molecule,) = changes().pairs[0].molecules
    assert len(lines) == len(molecule.quantities)
    (beyond,) = [line for line in lines if line[header.index("beyond")] == "true"]
    assert float(beyond[header.index("value_after")]) == molecule.beyond[0].after
    assert beyond[header.index("causes")]


def test_a_name_that_is_a_formula_is_no_formula_in_the_csv():
    _, *lines = csv.reader(io.StringIO(to_csv(changes(FORMULA))))
    assert {line[2] for line in lines} == {f"'{FORMULA}"}

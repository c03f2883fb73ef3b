"""The database finds what a loop over every row finds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from molpipe.errors import InputError
from molpipe.store import Question
from molpipe.store.query import moment
from tests.sample_results import answered, sample_results
from tests.store.conftest import NOON

ROWS = sample_results().rows


@pytest.fixture
def filled(store, run_start):
    """The sample rows in two runs a day apart; the later one is in a series and a basis set."""
    for day, (name, changes) in enumerate({"early": {}, "late": {"series": "curve"}}.items()):
        started = NOON + timedelta(days=day)
        store.begin_run(replace(run_start, id=f"{name}-1", name=name, started=started))
        for row in ROWS:
            store.keep_row(f"{name}-1", replace(row, **changes))
    return store


def found(store, **asked):
    rows, _ = store.find_lines(Question(**asked))
    return [(line.batch, line.row) for line in rows]


def kept(condition, batches=("late", "early")):
    return [(batch, row.row) for batch in batches for row in ROWS if condition(row)]


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        ({}, lambda row: True),
        ({"molecule": "water"}, lambda row: row.name == "water"),
        ({"molecule": "N#N"}, lambda row: row.molecule and row.molecule.smiles == "N#N"),
        ({"molecule": "CH2O"}, lambda row: row.molecule and row.molecule.formula == "CH2O"),
        ({"basis": "6-31g*"}, lambda row: row.problem and row.problem.basis == "6-31g*"),
        ({"ansatz": "uccsd"}, lambda row: row.settings.get("ansatz") == "uccsd"),
        ({"status": "failed"}, lambda row: row.status == "failed"),
        ({"verdict": "misses"}, lambda row: verdicts(row)[0] == "misses"),
        ({"verdict": "multireference"}, lambda row: verdicts(row)[1] == "multireference"),
        ({"key": ROWS[0].key[:8].upper()}, lambda row: row.key == ROWS[0].key),
        (
            {"method": "casci"},
            lambda row: row.energies and row.energies.active.casci.good is not None,
        ),
        ({"molecule": "' OR 1=1 --"}, lambda row: False),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, dict) else "",
)
def test_each_filter_keeps_what_it_names(filled, asked, condition):
    assert found(filled, **asked) == kept(condition)


def verdicts(row):
    comparison = row.comparison
    return (comparison.solver.verdict, comparison.model.verdict) if comparison else (None, None)


@pytest.mark.parametrize(
    "asked",
    [
        {"batch": "late"},
        {"batch": "late-1"},
        {"series": "curve"},
        {"since": NOON + timedelta(hours=1)},
        {"since": moment("2026-03-02")},
        {"latest": "key"},
        {"latest": "name"},
    ],
    ids=str,
)
def test_the_later_run_alone(filled, asked):
    assert found(filled, **asked) == kept(lambda row: True, batches=["late"])


def test_until_is_before(filled):
    assert found(filled, until=NOON + timedelta(days=1)) == kept(lambda row: True, ["early"])


@pytest.mark.parametrize("batch", ["f00dfeed", "F00DFEED0", "f00dfeed" + 24 * "0"])
def test_a_run_by_how_its_id_begins(filled, run_start, batch):
    filled.begin_run(replace(run_start, id="f00dfeed" + 24 * "0", name="named otherwise"))
    filled.keep_row("f00dfeed" + 24 * "0", ROWS[0])
    assert found(filled, batch=batch) == [("named otherwise", ROWS[0].row)]
    assert found(filled, batch="f00d") == []  # it may be the name of a batch


@pytest.mark.parametrize("asked", [{"basis": "6-31G*"}, {"ansatz": "UCCSD"}], ids=str)
def test_case_does_not_matter_where_settings_know_none(filled, asked):
    ((name, value),) = asked.items()
    assert found(filled, **asked) == found(filled, **{name: value.lower()}) != []


@pytest.mark.parametrize(
    "asked", [{"latest": "x"}, {"verdict": "bogus"}, {"status": "OK"}, {"method": "VQE"}], ids=str
)
def test_a_word_that_no_result_has_is_refused_with_the_words_there_are(asked):
    with pytest.raises(InputError, match=next(iter(asked))) as caught:
        Question(**asked)
    assert "it is one of" in caught.value.hint


@pytest.mark.parametrize("batch", ["%", "late_1", "LATE-1x"])
def test_a_batch_is_no_pattern(filled, batch):
    assert found(filled, batch=batch) == []


def test_other_settings_are_another_try(store, run_start):
    store.begin_run(run_start)
    for number, basis in enumerate(("sto-3g", "6-31g*", "sto-3g"), start=1):
        store.keep_row(run_start.id, replace(answered(basis=basis), row=number))
    assert [row for _, row in found(store, latest="name")] == [2, 3]


def test_energies_are_those_of_the_rows_that_match(filled):
    rows, energies = filled.find_lines(Question(molecule="water"))
    assert {line.result_id for line in rows} == {line.result_id for line in energies}
    water = next(row for row in ROWS if row.name == "water")
    values = {(line.space, line.method): line.value for line in energies}
    assert values["active", "vqe"] == water.energies.active.vqe.value


def test_a_date_that_is_none_is_refused():
    with pytest.raises(InputError, match="yesterday"):
        moment("yesterday")

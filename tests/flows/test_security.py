"""What docs/security.md says about pickle, and about what Prefect keeps of a run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import (
    PREFECT_LOCAL_STORAGE_PATH,
    PREFECT_RESULTS_PERSIST_BY_DEFAULT,
    PREFECT_TASKS_DEFAULT_PERSIST_RESULT,
    temporary_settings,
)

from flows import reference_watch
from flows.batch import tasks
from flows.deployments import deployments
from flows.molecule_batch import molecule_batch
from flows.place import Place, running_at
from flows.request import BatchRequest
from flows.service.schedules import Schedules

ROOT = Path(__file__).parents[2]
MODULES = sorted([*(ROOT / "molpipe").rglob("*.py"), *(ROOT / "flows").rglob("*.py")])
UNPICKLING = {"pickle", "cloudpickle", "dill", "shelve", "marshal", "joblib"}


def imported(module):
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_only_the_pipes_of_child_processes_carry_pickles():
    found = {
        str(module.relative_to(ROOT)) for module in MODULES if UNPICKLING & set(imported(module))
    }
    assert found == {"molpipe/limits/child.py"}


@pytest.mark.parametrize(
    "call", ["eval(", "exec(", "allow_pickle=True", "UnsafeLoader", "os.system"]
)
def test_nothing_else_runs_what_a_file_says(call):
    assert [module for module in MODULES if call in module.read_text(encoding="utf-8")] == []


def test_prefect_is_told_to_keep_no_result_of_any_flow_or_task():
    flows = [load_flow_from_entrypoint(each.entrypoint) for each in deployments(Schedules())]
    steps = [tasks.compute, tasks.molecule, reference_watch.check]
    assert {
        each.name: each.persist_result
        for each in [*flows, *steps]
        if each.persist_result is not False
    } == {}


def test_prefect_keeps_no_pickle_even_where_it_is_told_to(tmp_path):
    place = Place(out=tmp_path / "out", database=str(tmp_path / "results.db"))
    wishes = {
        PREFECT_RESULTS_PERSIST_BY_DEFAULT: True,
        PREFECT_TASKS_DEFAULT_PERSIST_RESULT: True,
        PREFECT_LOCAL_STORAGE_PATH: str(tmp_path / "storage"),
    }
    with temporary_settings(wishes), running_at(place):
        results = molecule_batch(BatchRequest(smiles="wrong")).results
    assert [row.status for row in results.rows] == ["refused"]
    assert [path for path in (tmp_path / "storage").rglob("*") if path.is_file()] == []

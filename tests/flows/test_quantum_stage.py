"""The flow of the circuit stage, where it cannot do its work."""

from __future__ import annotations

import pytest
from prefect.exceptions import ParameterTypeError

from flows.place import Place, running_at
from flows.quantum_stage import quantum_stage
from molpipe.errors import BackendUnavailable
from molpipe.handover import orders_key
from molpipe.model.orders import VQEOrders
from molpipe.store import open_store
from tests.model.samples import ORDERS


@pytest.fixture
def place(tmp_path):
    return Place(out=tmp_path, database=str(tmp_path / "results.db"))


@pytest.mark.parametrize("key", ["", "abc", "G" * 64, "a" * 65, "../" + "a" * 61])
def test_only_a_content_key_is_taken(place, key):
    with running_at(place), pytest.raises(ParameterTypeError):
        quantum_stage(key)


def test_orders_in_another_database_end_the_run_with_advice(place):
    with running_at(place):
        state = quantum_stage("a" * 64, return_state=True)
    assert state.is_failed()
    assert "no orders with key aaaaaaaaaaaa" in state.message
    assert "MOLPIPE_DATABASE" in state.message


def test_orders_of_another_version_are_not_carried_out(place):
    key = orders_key(ORDERS)
    with open_store(place.database, environment={}) as store:
        store.keep(key, "vqe-orders", ORDERS, seconds=0.0, versions={})
        assert isinstance(store.recall(key, VQEOrders).value, VQEOrders)
    with running_at(place), pytest.raises(BackendUnavailable, match="another version of molpipe"):
        quantum_stage(key)

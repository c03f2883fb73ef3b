"""Warm children on a worker: kept for the next calculation, not for ever."""

from __future__ import annotations

import os
import time

import pytest

from molpipe.cluster import host
from molpipe.limits.child import packed, value_of
from tests.limits.work import wait_until_gone


def child_of(slot):
    answer = slot.answer(
        packed((os.getpid, ())),
        seconds=60.0,
        memory_gb=4.0,
        stopped=lambda: False,
        level=0,
        hear=lambda record: None,
    )
    return value_of(answer)


@pytest.fixture
def warm():
    """A slot with a child, not given back."""
    slot = host._take(threads=1)
    child_of(slot)
    yield slot
    slot.close()


def test_the_next_calculation_finds_a_warm_child_with_its_number_of_threads(warm):
    host._give_back(warm)
    other = host._take(threads=2)
    assert other is not warm
    assert host._take(threads=1) is warm
    assert host._take(threads=1) is not warm


def test_a_child_that_nobody_needs_ends(warm, monkeypatch):
    monkeypatch.setattr(host, "IDLE_SECONDS", 0.2)
    child = child_of(warm)
    host._give_back(warm)
    wait_until_gone(child, seconds=10.0)
    assert host._take(threads=1) is not warm


def test_one_that_is_needed_again_stays(warm, monkeypatch):
    monkeypatch.setattr(host, "IDLE_SECONDS", 0.3)
    child = child_of(warm)
    host._give_back(warm)
    assert host._take(threads=1) is warm
    time.sleep(0.6)
    assert child_of(warm) == child

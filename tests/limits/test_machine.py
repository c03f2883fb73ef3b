"""The memory of the machine and of control groups, as files say it."""

from __future__ import annotations

import psutil
import pytest

from molpipe.limits import machine
from molpipe.limits.machine import control_group_limits, memory_for_calculations


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write


def test_a_group_of_version_2_and_all_above_it_count(tmp_path, write):
    write("proc/self/cgroup", "0::/job/step\n")
    write("sys/fs/cgroup/job/step/memory.max", "max\n")
    write("sys/fs/cgroup/job/memory.max", "2000000000\n")
    assert list(control_group_limits(tmp_path)) == [2_000_000_000]


def test_a_container_of_version_1_sees_its_own_group_as_the_topmost(tmp_path, write):
    write("proc/self/cgroup", "7:cpu,cpuacct:/box\n4:memory:/box/of/the/host\n0::/\n")
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000000\n")
    assert list(control_group_limits(tmp_path)) == [3_000_000_000]


def test_without_control_groups_there_is_no_limit(tmp_path):
    assert list(control_group_limits(tmp_path)) == []


@pytest.mark.parametrize(("limit", "left"), [(20e9, 18.0), (4e9, 3.0), (1e9, 0.5)])
def test_the_smallest_limit_counts_less_what_the_rest_needs(monkeypatch, limit, left):
    monkeypatch.setattr(machine, "control_group_limits", lambda: iter([int(limit), int(8e18)]))
    monkeypatch.setattr(psutil, "virtual_memory", _Total)
    assert memory_for_calculations() == pytest.approx(left)


class _Total:
    total = int(64e9)


def test_this_machine_has_some():
    assert 0 < memory_for_calculations() < psutil.virtual_memory().total / 1e9

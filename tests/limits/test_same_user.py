"""Who may talk to whom."""

from __future__ import annotations

import os
import subprocess
import uuid
from pathlib import Path

import pytest

from molpipe.limits import same_user

NOBODY = 65534
CODE = (
    Path(same_user.__file__).read_text()
    + """
import sys
line = connect(sys.argv[1])
print(line if line is None else line.recv(1))
"""
)


@pytest.fixture
def name():
    return f"test-{uuid.uuid4().hex}"


def test_two_of_one_user_meet(name):
    with (
        same_user.listen(name) as listener,
        same_user.connect(name) as here,
        same_user.accept(listener) as there,
    ):
        here.sendall(b"x")
        assert there.recv(1) == b"x"


def test_where_nobody_listens_there_is_no_line(name):
    assert same_user.connect(name) is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
def test_two_users_turn_each_other_away(name):
    with same_user.listen(name) as listener:
        other = subprocess.Popen(
            ["/usr/bin/env", "python3", "-c", CODE, name],
            user=NOBODY,
            group=NOBODY,
            extra_groups=(),
            stdout=subprocess.PIPE,
            text=True,
        )
        with other:
            assert same_user.accept(listener) is None
            assert other.stdout.read() == "None\n"

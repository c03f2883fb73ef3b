"""The same work in several processes at once, which begin together."""

import subprocess
import sys

_FORK = """
import os, sys
from dataclasses import replace
from molpipe.store import open_store
from tests.sample_results import sample_results

{work}

go, release = os.pipe()
pids = []
for number in range({count}):
    if pid := os.fork():
        pids.append(pid)
        continue
    os.close(release)
    os.read(go, 1)  # ends where the other end is closed
    work(number, *sys.argv[1:])
    sys.exit()
os.close(release)
print([os.waitpid(pid, 0)[1] for pid in pids])
"""


def in_processes(count, work, *arguments):
    """Run ``def work(number, *arguments)`` in ``count`` processes; whether all ended well.

    They are forked from one fresh process, whose imports they share.
    """
    code = _FORK.format(work=work, count=count)
    said = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert (said.stdout, said.stderr) == (f"{[0] * count}\n", "")

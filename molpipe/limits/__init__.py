"""Run a calculation in a child process that can be killed: wall time, memory, threads.

A thread cannot be stopped inside a BLAS call, a process can. :class:`Workers` keeps one warm
child per process allowed, so that imports are paid once, and starts no calculation that the
machine has no memory for. Nothing heavy is imported here.
"""

from molpipe.limits.endings import CHILD_DIED
from molpipe.limits.machine import memory_for_calculations
from molpipe.limits.runner import Runner
from molpipe.limits.workers import Workers

__all__ = ["CHILD_DIED", "Runner", "Workers", "memory_for_calculations"]

"""Run a calculation in a child process that can be killed: wall time, memory, threads.

A thread cannot be stopped inside a BLAS call, a process can. :class:`Workers` keeps one warm
child per process allowed, so that imports are paid once. Nothing heavy is imported here.
"""

from molpipe.limits.workers import Workers

__all__ = ["Workers"]

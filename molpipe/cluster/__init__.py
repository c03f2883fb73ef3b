"""Calculations on the workers of a Dask cluster; only here is Dask imported, when it is used.

A calculation that is sent to a Dask worker runs there in a warm child process of that worker,
with the limits that it would have on this machine.
"""

from molpipe.cluster.runner import LOCAL, check_runner, dask_address, default_workers

__all__ = ["LOCAL", "check_runner", "dask_address", "default_workers"]

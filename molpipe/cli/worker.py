"""molpipe worker: a machine more for a service."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from molpipe.cli.options import Database, RunnerName, WorkerCount, load_pool
from molpipe.cli.service import DEFAULT_HOME, Home


def worker(
    server: Annotated[
        str,
        typer.Option(envvar="PREFECT_API_URL", help="Address of the service.", show_envvar=False),
    ],
    database: Database = None,
    home: Home = DEFAULT_HOME,
    pool: Annotated[str, typer.Option(help="Whose runs it takes: cpu or quantum.")] = "cpu",
    runner: RunnerName = "local",
    workers: WorkerCount = None,
    runs: Annotated[int, typer.Option(min=1, help="Batches at once.")] = 1,
) -> None:
    """Work for a service that `molpipe up` runs on another machine.

    It takes batches, and helps with those that run elsewhere. It runs until Ctrl-C, which
    cancels what runs here. A server with a password wants PREFECT_API_AUTH_STRING=user:password.
    Exit codes: 0 stopped; 2 it could not start.
    """
    from functools import partial  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from flows.service.config import ServiceConfig  # noqa: PLC0415
    from flows.service.fork_server import fork_servers  # noqa: PLC0415
    from flows.service.joined import Joining, api_address  # noqa: PLC0415
    from molpipe.cli.up import adopt, stop_event  # noqa: PLC0415
    from molpipe.cluster import check_runner, default_workers  # noqa: PLC0415

    check_runner(runner)
    config = ServiceConfig(
        home=home,
        database=database,
        runner=runner,
        workers=workers or default_workers(runner),
        runs=runs,
    )
    given = dict(os.environ)
    joining = Joining(api=api_address(server), config=config, pool=load_pool(None, pool))
    joining.check(given)
    environment = joining.environment(given)
    adopt(environment)
    stop, process = stop_event(), joining.worker(environment)
    say = partial(Console(highlight=False, soft_wrap=True).print, markup=False)
    say(f"{joining.name} works for {joining.api}, its log is {process.log}; Ctrl-C stops it")
    joining.serve(process, fork_servers(config, environment), stop, say)
    say("stopped")

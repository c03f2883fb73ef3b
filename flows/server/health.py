"""Whether a Prefect server answers, and whether it is one that we can talk to."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from importlib.metadata import version

import httpx

from molpipe.errors import BackendUnavailable

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 30.0
"""For the answer of a server that may be starting workers on all cores."""

START_ONE = "start one with `molpipe up`, or set PREFECT_API_URL"


def wait_until_healthy(address: str, *, seconds: float, has_ended: Callable[[], bool]) -> bool:
    """Whether the server at the API ``address`` answers within ``seconds``, unless it ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not has_ended():
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/health", timeout=5.0, trust_env=False).is_success:
                return True
        time.sleep(POLL_SECONDS)
    return False


def check_server(address: str, *, hint: str = START_ONE) -> None:
    """Refuse a server that does not answer, wants another password, or has another version.

    Args:
        address: of its API.
        hint: what to do where none answers.

    Raises:
        BackendUnavailable: which of these, and what to do.
    """
    try:
        answer = httpx.get(
            f"{address}/admin/version", timeout=PATIENCE_SECONDS, trust_env=False, auth=_auth()
        )
        found = answer.json() if answer.is_success else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise BackendUnavailable(
            f"no Prefect server answers at {address}: {error}",
            hint=hint,
        ) from None
    if answer.status_code in (401, 403):
        raise BackendUnavailable(
            f"the Prefect server at {address} refuses us",
            hint="set PREFECT_API_AUTH_STRING=user:password",
        )
    ours = version("prefect")
    if not isinstance(found, str) or _minor(found) != _minor(ours):
        raise BackendUnavailable(
            f"the server at {address} is Prefect {found or 'of an unknown version'}, "
            f"this molpipe works with {ours}",
            hint=f"install prefect=={ours} there",
        )


def _minor(text: str) -> list[str]:
    return text.split(".")[:2]


def _auth() -> tuple[str, str] | None:
    user, separator, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    return (user, password) if separator else None

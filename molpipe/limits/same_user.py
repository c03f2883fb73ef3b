"""Sockets between processes of one user on one machine, at abstract addresses (Linux)."""

from __future__ import annotations

import os
import socket
import struct
from typing import Final

_CREDENTIALS: Final = struct.Struct("3i")  # process, user, group


def listen(name: str) -> socket.socket:
    """A socket that others of our user can connect to."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(_address(name))
    listener.listen()
    return listener


def accept(listener: socket.socket) -> socket.socket | None:
    """The line to who has connected; None, and none, where that is another user."""
    line, _ = listener.accept()
    return _checked(line)


def connect(name: str) -> socket.socket | None:
    """The line to who listens there; None where that is nobody, or another user."""
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(_address(name))
    except OSError:
        line.close()
        return None
    return _checked(line)


def _address(name: str) -> str:
    return f"\0{name}"


def _checked(line: socket.socket) -> socket.socket | None:
    said = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(said)
    if user == os.getuid():
        return line
    line.close()
    return None

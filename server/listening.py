"""Listening sockets, and how many connections the system lets a process have."""

from __future__ import annotations

import errno
import resource
import socket

from server.errors import Unavailable

HANDSHAKE_BACKLOG = 2048
UNSENT_BYTES = 128 * 1024
"""What the kernel keeps of a socket that does not take more. Its own limit is some MiB, which a
peer that stopped reading would cost before it is noticed."""
OTHER_FILES = 100
"""The store, its readers, and what else is open. Without a file descriptor left to accept a
connection with, the loop would spin."""


def listen(host: str, port: int, *, setting: str = "--port") -> socket.socket:
    """A listening socket. Raises Unavailable with one sentence when the address cannot be had;
    it names `setting` as what to change."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # Linux and macOS; inherited by what is accepted
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BYTES)
        listener.bind(address)
        listener.listen(HANDSHAKE_BACKLOG)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unavailable(
                f"Port {port} on {host} is in use by another program; "
                f"stop it, or choose another port with {setting}."
            ) from error
        raise Unavailable(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
    listener.setblocking(False)
    return listener


def make_room_for_sockets(wanted: int) -> int:
    """Raise the limit of open files as far as the system lets us; how many of the wanted
    connections fit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted + OTHER_FILES
    files = files if most == resource.RLIM_INFINITY else min(files, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(1, files - OTHER_FILES)

"""Taking a port, and as many connections as the system allows."""

from __future__ import annotations

import errno
import socket
import sys
from contextlib import suppress

if sys.platform != "win32":
    import resource

BACKLOG = 1024
NEXT_PORTS = 50


class PortBusyError(OSError):
    """Somebody else listens on the port, or it may not be taken; the text tells the user what to do."""


def listen(host: str, port: int, *, is_chosen: bool = True) -> socket.socket:
    """A listening socket. A busy port that nobody chose gives way to the next free one. Raises PortBusyError."""
    for candidate in (port,) if is_chosen or port == 0 else range(port, min(port + NEXT_PORTS, 65536)):
        try:
            return _bound(host, candidate)
        except OSError as exc:
            if exc.errno != errno.EADDRINUSE:
                raise PortBusyError(f"Cannot listen on {host} port {candidate}: {exc.strerror}.") from exc
    text = f"Port {port} is in use. Stop the program that listens there, or choose another port with --port."
    raise PortBusyError(text)


def allow_connections() -> int:
    """Let this process have as many connections as the system gives it at most; how many files that are, 0 if not known.

    By default systems give a process a thousand, and more when it asks.
    """
    if sys.platform == "win32":
        return 0
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Some systems name no bound and accept none.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that a socket listens on."""
    return int(listener.getsockname()[1])

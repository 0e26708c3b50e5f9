"""What a worker gets from its supervisor."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

from parsepy.web.tally import Share, Tally


@dataclass(frozen=True)
class Seat:
    """A worker's number and row, the sockets that listen for all, its own links to the supervisor, and the tally.

    Messages go over `link`, connections that change hands over `hatch`; `live` listens for live connections if those have
    a port of their own. `group` is the supervisor's number among all. `is_only` tells that there are no other seats,
    `is_first` that nobody has served before.
    """

    number: int
    share: Share
    listener: socket.socket
    link: socket.socket
    hatch: socket.socket
    live: socket.socket | None = None
    group: int = 0
    is_only: bool = False
    is_first: bool = False

    @property
    def inherited(self) -> tuple[int, ...]:
        """The open files that the worker's process inherits."""
        live = () if self.live is None else (self.live.fileno(),)
        return self.listener.fileno(), self.link.fileno(), self.hatch.fileno(), self.share.tally.file, *live

    @property
    def argument(self) -> str:
        """The text from which the worker makes its seat."""
        flags = int(self.is_only), int(self.is_first)
        numbers = (self.number, self.group, *flags, self.share.row, self.share.tally.count, *self.inherited)
        return ":".join(map(str, numbers))


def taken(argument: str) -> Seat:
    """The seat that the argument describes. Raises ValueError and OSError if there is none."""
    number, group, is_only, is_first, row, rows, *inherited = map(int, argument.split(":"))
    for file in inherited:
        # Programs that cloud code starts must not keep the port.
        os.set_inheritable(file, False)
    listener, link, hatch, tally, *live = inherited
    return Seat(
        number,
        Share(Tally(tally, rows), row),
        _open(listener),
        _open(link),
        _open(hatch),
        _open(live[0]) if live else None,
        group,
        is_only=bool(is_only),
        is_first=bool(is_first),
    )


def _open(file: int) -> socket.socket:
    end = socket.socket(fileno=file)
    end.setblocking(False)
    return end

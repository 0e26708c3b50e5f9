"""What a worker gets from its supervisor."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass

from parsepy.web.tally import Share, Tally


@dataclass(frozen=True)
class Seat:
    """A worker's number, the socket that listens for all, its own link to the supervisor, and who holds how much."""

    number: int
    listener: socket.socket
    link: socket.socket
    tally: Tally

    @property
    def inherited(self) -> tuple[int, int, int]:
        """The open files that the worker's process inherits."""
        return self.listener.fileno(), self.link.fileno(), self.tally.file

    @property
    def argument(self) -> str:
        """The text from which the worker makes its seat."""
        return ":".join(map(str, (self.number, self.tally.count, *self.inherited)))

    @property
    def share(self) -> Share:
        """The worker's own number on the tally."""
        return Share(self.tally, self.number)


def taken(argument: str) -> Seat:
    """The seat that the argument describes. Raises ValueError and OSError if there is none."""
    number, count, listener, link, tally = map(int, argument.split(":"))
    for inherited in (listener, link, tally):
        # Programs that cloud code starts must not keep the port.
        os.set_inheritable(inherited, False)
    seat = Seat(number, socket.socket(fileno=listener), socket.socket(fileno=link), Tally(tally, count))
    for end in (seat.listener, seat.link):
        end.setblocking(False)
    return seat

"""A MongoDB whose disk is full: reads are answered, writes are refused in each of the ways in which a server says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tests.compat.commands.endpoint import Backend, Endpoint
from tests.compat.commands.wire import Document

OUT_OF_DISK_SPACE = 14031
TEXT = "available disk space of 0 bytes is less than required minimum of 524288000"
WRITES = {"insert": "documents", "update": "updates", "delete": "deletes"}
"""Commands with several writes, and where these stand."""
CHANGES = frozenset({*WRITES, "findAndModify", "create", "createIndexes"})


class Disk(Enum):
    """How full it is, and how the server tells."""

    FREE = auto()
    FULL_FOR_COMMANDS = auto()
    """The command as a whole is refused."""
    FULL_FOR_WRITES = auto()
    """Each of the command's writes is."""
    FULL_AFTER_SOME = auto()
    """Of several writes the first ones are done."""


@dataclass
class SmallMongo(Endpoint):
    """An endpoint before the stand-in whose disk a test fills and empties."""

    disk: Disk = Disk.FREE
    refused: int = 0

    async def answer(self, command: Document, backend: Backend) -> Document:
        """What is sent back to the client."""
        name = next(iter(command))
        if self.disk is Disk.FREE or name not in CHANGES:
            return await super().answer(command, backend)
        self.refused += 1
        if self.disk is Disk.FULL_FOR_COMMANDS or name not in WRITES:
            return {"ok": 0.0, "errmsg": TEXT, "code": OUT_OF_DISK_SPACE, "codeName": "OutOfDiskSpace"}
        return await self._some_refused(command, backend)

    async def _some_refused(self, command: Document, backend: Backend) -> Document:
        """The answer to a command of which some writes are done; ordered ones end with the first that is refused."""
        key = WRITES[next(iter(command))]
        writes = command[key]
        done = len(writes) // 2 if self.disk is Disk.FULL_AFTER_SOME else 0
        answer: Document = {"ok": 1.0, "n": 0, **({"nModified": 0} if "update" in command else {})}
        if done:
            answer = await super().answer({**command, key: writes[:done]}, backend)
        last = done + 1 if command.get("ordered", True) else len(writes)
        errors = [{"index": at, "code": OUT_OF_DISK_SPACE, "errmsg": TEXT} for at in range(done, last)]
        return {**answer, "writeErrors": [*answer.get("writeErrors", ()), *errors]}

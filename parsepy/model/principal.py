"""Who asks: the identity and the power behind one call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

PUBLIC = "*"
CLOUD_INSTALLATION = "cloud"
"""The installation id of calls that no installation made: cloud code's, and those with a key that name none."""


class Level(StrEnum):
    """How much a caller may do, whatever the permissions say."""

    USER = "user"
    MASTER = "master"
    READ_ONLY_MASTER = "readOnlyMaster"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request: a user (or nobody) with roles, or the holder of one of the server's keys.

    `user` is the caller's `_User` row as stored (never sent out without being presented), `roles` holds ACL keys such as
    `role:Admins`, inherited ones included.
    """

    level: Level = Level.USER
    user: dict[str, Any] | None = None
    session_token: str | None = None
    roles: frozenset[str] = frozenset()
    installation_id: str | None = None

    @property
    def user_id(self) -> str | None:
        """objectId of the caller, if one is signed in."""
        return self.user["objectId"] if self.user else None

    @property
    def keys(self) -> frozenset[str]:
        """The ACL keys that the caller owns: `*`, the user's id and roles."""
        own = {PUBLIC} | self.roles
        return frozenset(own | {self.user_id} if self.user_id else own)

    @property
    def is_master(self) -> bool:
        """Full or read-only master key."""
        return self.level in {Level.MASTER, Level.READ_ONLY_MASTER}

    @property
    def is_read_only(self) -> bool:
        """Whether every write is to be refused."""
        return self.level is Level.READ_ONLY_MASTER

    @property
    def is_maintenance(self) -> bool:
        """Whether internal fields may be read and written."""
        return self.level is Level.MAINTENANCE

    @property
    def bypasses_permissions(self) -> bool:
        """Whether ACL, CLP and protected fields do not apply."""
        return self.level is not Level.USER


ANYBODY = Principal()
MASTER = Principal(level=Level.MASTER)

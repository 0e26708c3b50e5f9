"""The users of a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from parsepy.cloud.types import Encodable


@dataclass(frozen=True)
class User(Encodable):
    """A user with a session. As a field's value he is a pointer."""

    id: str
    token: str
    name: str

    @property
    def pointer(self) -> dict[str, str]:
        """A pointer to him, as JSON."""
        return {"__type": "Pointer", "className": "_User", "objectId": self.id}

    def only(self) -> dict[str, Any]:
        """An ACL for him alone, as JSON."""
        return {self.id: {"read": True, "write": True}}

    def encoded(self, *, full: bool = False, seen: frozenset[tuple[str, str]] = frozenset()) -> dict[str, str]:
        """A pointer, also where objects are written out."""
        return self.pointer

"""Roles as cloud code sees them."""

from __future__ import annotations

from typing import Any

from parsepy.cloud.objects import ParseObject
from parsepy.cloud.sdk.fields import field
from parsepy.cloud.sdk.relation import Relation
from parsepy.cloud.sdk.user import User
from parsepy.cloud.types import ACL


class Role(ParseObject, built_in="_Role"):
    """A group of users that ACLs and permissions can name; it has the members of the roles it contains, too."""

    name: str = field()
    users: Relation[User]
    roles: Relation[Role]

    def __init__(self, name: str, acl: ACL, **fields: Any) -> None:
        """A new role; the ACL says who may change it. Its name stays."""
        super().__init__(name=name, ACL=acl, **fields)

    @property
    def acl_name(self) -> str | None:
        """`role:Name`."""
        name = self.get("name")
        return f"role:{name}" if name else None

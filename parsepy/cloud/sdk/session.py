"""Sessions and installations as cloud code sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self, Unpack

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.sdk.fields import field
from parsepy.cloud.sdk.user import User


class Session(ParseObject, built_in="_Session"):
    """A session of a user."""

    session_token: str = field()
    user: User = field()
    created_with: dict[str, Any] | None = field(default=None)
    expires_at: datetime | None = field(default=None)
    installation_id: str | None = field(default=None)
    restricted: bool | None = field(default=None)

    @classmethod
    async def current(cls, **options: Unpack[Options]) -> Self:
        """The caller's session, or that of `session_token`. Raises ParseError 209."""
        return cls.from_json(await actions.current().accounts.session(CallOptions(**options)))


class Installation(ParseObject, built_in="_Installation"):
    """An app on a device, which can be sent pushes."""

    installation_id: str | None = field(default=None)
    device_type: str | None = field(default=None)
    device_token: str | None = field(default=None)
    channels: list[str] = field(default_factory=list)
    badge: int | None = field(default=None)
    app_name: str | None = field(default=None)
    app_version: str | None = field(default=None)
    app_identifier: str | None = field(default=None)
    parse_version: str | None = field(default=None)
    locale_identifier: str | None = field(default=None)
    time_zone: str | None = field(default=None)
    push_type: str | None = field(default=None)
    gcm_sender_id: str | None = field(default=None, key="GCMSenderId")

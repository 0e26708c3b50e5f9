"""Users as cloud code sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, Unpack

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.sdk.fields import field


class User(ParseObject, built_in="_User"):
    """A user. The password can only be set.

    No call here changes who acts: to act as a user, pass `session_token=user.session_token`.
    """

    username: str | None = field(default=None)
    password: str | None = field(default=None)
    email: str | None = field(default=None)
    email_verified: bool | None = field(default=None)
    auth_data: dict[str, Any] | None = field(default=None)

    # Who he is

    @classmethod
    def current(cls) -> Self | None:
        """The user who called, as `request.user`; None if nobody is signed in."""
        row = actions.current().accounts.caller()
        return None if row is None else cls.from_json(row)

    @property
    def is_current(self) -> bool:
        """Whether he is the one who called."""
        return self == User.current()

    @property
    def session_token(self) -> str | None:
        """The token of the session that he came with or was logged in to."""
        token = self.get("sessionToken")
        return token if isinstance(token, str) else None

    @property
    def authenticated(self) -> bool:
        """Whether there is a session of his."""
        return self.session_token is not None

    # Signing up and in

    async def sign_up(self, fields: Mapping[str, Any] | None = None, **options: Unpack[Options]) -> Self:
        """Store a new user; cloud code's sign-ups open no session. Raises ParseError 200 to 203 for missing or taken names."""
        if not self.is_new:
            raise ValueError("this user has signed up already")
        return await self.save(fields, **options)

    @classmethod
    async def log_in(cls, username: str, password: str, **options: Unpack[Options]) -> Self:
        """Open a session; the user has its `session_token`. Raises ParseError 101 for a wrong name or password."""
        given = {"username": username, "password": password}
        return cls.from_json(await actions.current().accounts.log_in(given, CallOptions(**options)))

    @classmethod
    async def log_in_with_additional_auth(
        cls, username: str, password: str, auth_data: Mapping[str, Any], **options: Unpack[Options]
    ) -> Self:
        """As `log_in`, with what further ways of authentication ask for."""
        given = {"username": username, "password": password, "authData": auth_data}
        return cls.from_json(await actions.current().accounts.log_in(given, CallOptions(**options)))

    @classmethod
    async def log_in_as(cls, user_id: str) -> Self:
        """Open a session of any user, with the rights of the server. Raises ParseError 101."""
        return cls.from_json(await actions.current().accounts.log_in_as(user_id))

    @classmethod
    async def log_in_with(cls, provider: str, auth_data: Mapping[str, Any], **options: Unpack[Options]) -> Self:
        """The user whom another service knows by this data, with a session; a new one, without, if there is none."""
        given = {provider: auth_data}
        return cls.from_json(await actions.current().accounts.log_in_with(given, CallOptions(**options)))

    @classmethod
    async def me(cls, session_token: str) -> Self:
        """The owner of a session. Raises ParseError 209 for one that has ended."""
        return cls.from_json(await actions.current().accounts.me(CallOptions(session_token=session_token)))

    @classmethod
    async def become(cls, session_token: str) -> Self:
        """As `me`. Unlike in an app it changes nothing about who acts."""
        return await cls.me(session_token)

    @classmethod
    async def verify_password(cls, username: str, password: str, **options: Unpack[Options]) -> Self:
        """The user of a name and password, without a session. Raises ParseError 101."""
        given = {"username": username, "password": password}
        return cls.from_json(await actions.current().accounts.verify_password(given, CallOptions(**options)))

    @staticmethod
    async def log_out(**options: Unpack[Options]) -> None:
        """End the caller's session, or that of `session_token`."""
        await actions.current().accounts.log_out(CallOptions(**options))

    # Other services

    async def link_with(self, provider: str, auth_data: Mapping[str, Any], **options: Unpack[Options]) -> Self:
        """Let him sign in through another service, too."""
        return await self.save({"authData": {provider: auth_data}}, **options)

    async def unlink_from(self, provider: str, **options: Unpack[Options]) -> Self:
        """Let him no longer sign in through another service."""
        return await self.save({"authData": {provider: None}}, **options)

    def is_linked(self, provider: str) -> bool:
        """Whether another service knows him, as far as the object tells."""
        return bool((self.auth_data or {}).get(provider))

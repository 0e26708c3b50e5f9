"""Requests as the iOS SDK (Objective-C) and Parse-Swift put them on the wire."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.compat.differential.answers import Answer
from tests.compat.differential.profiles import APP_ID, MASTER_KEY
from tests.compat.differential.script import How, Script

CLIENT_KEY = "client"
METHODS_WITH_BODY = ("POST", "PUT")


def device_id(s: Script, device: str) -> str:
    """A lower-case UUID for a device (or for an anonymous user) of this scenario."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{s.scenario}/{device}"))


@dataclass(frozen=True)
class Ios:
    """One app on one iPhone: Parse-SDK-iOS-OSX 6.1.1."""

    s: Script
    token: str = ""
    device: str = "phone"
    client_key: str = CLIENT_KEY

    def logged_in(self, token: str) -> Ios:
        """The same app with a user."""
        return Ios(self.s, token, self.device, self.client_key)

    async def command(
        self, method: str, path: str, parameters: Mapping[str, Any] | None = None, *, label: str = ""
    ) -> Answer:
        """A command of the SDK: a GET or DELETE with parameters becomes a POST that names its method."""
        body = None if parameters is None else dict(parameters)
        if body is not None and method not in METHODS_WITH_BODY:
            method, body = "POST", {**body, "_method": method}
        how: How = {"as_": "nobody", "headers": self.headers(path, has_body=body is not None)}
        if label:
            how["label"] = label
        return await self.s.request(method, path, body, **how)

    async def sign_up(self, name: str = "ann", **fields: Any) -> Answer:
        return await self.command("POST", "users", {"username": self.s.name(name), "password": "secret", **fields})

    async def log_in(self, name: str = "ann", password: str = "secret") -> Answer:
        body = {"_method": "GET", "username": self.s.name(name), "password": password}
        return await self.command("POST", "login", body)

    async def create(self, class_name: str, fields: Mapping[str, Any]) -> str:
        """Save a new object of `name(class_name)`; gives its id."""
        return (await self.command("POST", f"classes/{self.s.name(class_name)}", fields)).id

    async def find(self, class_name: str, query: Mapping[str, Any], *, label: str = "") -> Answer:
        """A query of `name(class_name)`."""
        return await self.command("GET", f"classes/{self.s.name(class_name)}", query, label=label)

    def headers(self, path: str, *, has_body: bool) -> dict[str, str]:
        headers = {
            "X-Parse-Application-Id": APP_ID,
            "X-Parse-Request-Id": device_id(self.s, "process").upper(),
            "X-Parse-Client-Version": "i6.1.1",
            "X-Parse-OS-Version": "17.5 (21F79)",
            "X-Parse-App-Build-Version": "7",
            "X-Parse-App-Display-Version": "1.2",
            "X-Parse-Installation-Id": device_id(self.s, self.device),
            "Accept": "*/*",
        }
        if self.client_key:
            headers["X-Parse-Client-Key"] = self.client_key
        if self.token:
            headers["X-Parse-Session-Token"] = self.token
        if path in ("users", "login"):
            headers["X-Parse-Revocable-Session"] = "1"
        if has_body:
            headers["Content-Type"] = "application/json; charset=utf-8"
        return headers


@dataclass(frozen=True)
class Swift:
    """One app on one iPhone: Parse-Swift 4.14.2."""

    s: Script
    token: str = ""
    master: bool = False
    context: str = ""
    device: str = "phone"

    async def request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, params: Mapping[str, Any] | None = None
    ) -> Answer:
        """True methods; query items are JSON text; an absent body is an empty one with a content type."""
        text = None if body is None else swift_json(body)
        headers = self.headers(method)
        return await self.s.request(method, path, text, params=params or {}, as_="nobody", headers=headers)

    async def create(self, class_name: str, fields: Mapping[str, Any]) -> str:
        """Save a new object of `name(class_name)`; gives its id."""
        return (await self.request("POST", f"classes/{self.s.name(class_name)}", fields)).id

    def headers(self, method: str) -> dict[str, str]:
        headers = {
            "X-Parse-Application-Id": APP_ID,
            "X-Parse-Client-Key": CLIENT_KEY,
            "X-Parse-Client-Version": "swift4.14.2",
            "X-Parse-Installation-Id": device_id(self.s, self.device),
            "Content-Type": "application/json",
        }
        if method in METHODS_WITH_BODY:
            headers["X-Parse-Request-Id"] = device_id(self.s, f"request {len(self.s.transcript)}")
        if self.token:
            headers["X-Parse-Session-Token"] = self.token
        if self.master:
            headers["X-Parse-Master-Key"] = MASTER_KEY
        if self.context:
            headers["X-Parse-Cloud-Context"] = self.context
        return headers


def swift_json(body: Mapping[str, Any]) -> str:
    """JSON as Swift's encoder writes it: sorted keys, slashes escaped."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).replace("/", "\\/")

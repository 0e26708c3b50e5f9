"""Requests as the bundle of Parse Dashboard 9.2.0 puts them on the wire, from a page of another origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Unpack

from tests.compat.differential.answers import Answer
from tests.compat.differential.mobile_forms import device_id
from tests.compat.differential.profiles import APP_ID, MAINTENANCE_KEY, MASTER_KEY, READ_ONLY_KEY
from tests.compat.differential.script import How, Script

PROFILE = "dashboard"
JAVASCRIPT_KEY = "js"
ORIGIN = "http://dashboard.example:4040"
MOUNT = "/parse"
"""What stands before the paths of the entries of a batch."""


@dataclass(frozen=True)
class Dashboard:
    """One page in a browser: every call of its SDK is a POST of text/plain without any Parse header.

    `token` is that of the user whom somebody browses as. With a key in the dashboard's configuration it goes along
    where the master key does not.
    """

    s: Script
    token: str = ""
    javascript_key: str = JAVASCRIPT_KEY
    master_key: str = MASTER_KEY

    def read_only(self) -> Dashboard:
        """The same page for a user of the dashboard who only reads."""
        return replace(self, master_key=READ_ONLY_KEY)

    def browsing_as(self, token: str) -> Dashboard:
        """The same page after somebody chose to see what a user sees."""
        return replace(self, token=token)

    async def call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, master: bool = True, **how: Unpack[How]
    ) -> Answer:
        """A call of the SDK, with the master key unless `master` is false."""
        sent = {**(body or {}), **self._envelope(master)}
        if method != "POST":
            sent["_method"] = method
        headers = {"Content-Type": "text/plain", "Origin": ORIGIN, "Accept": "*/*"}
        as_the_sdk: How = {**how, "as_": "nobody", "headers": headers}
        return await self.s.request("POST", path, sent, **as_the_sdk)

    async def find(self, class_name: str, where: Any = None, **more: Any) -> Answer:
        """A query with the master key; `class_name` stands as it is, `where` may be any JSON."""
        return await self.call("GET", f"classes/{class_name}", {"where": {} if where is None else where, **more})

    async def count(self, class_name: str, where: Any = None) -> Answer:
        """A query that only counts."""
        return await self.find(class_name, where, limit=0, count=1)

    async def add_column(self, class_name: str, name: str, **options: Any) -> Answer:
        """A new column of a class: its `type`, and what else the dialog knows."""
        fields = {name: {"required": False, **options}}
        return await self.call("PUT", f"schemas/{class_name}", {"className": class_name, "fields": fields})

    async def add_row(self, class_name: str, fields: Mapping[str, Any] | None = None, **how: Unpack[How]) -> str:
        """A new row; gives its id."""
        return (await self.call("POST", f"classes/{class_name}", fields, **how)).id

    async def edit(self, class_name: str, object_id: str, **fields: Any) -> Answer:
        """Write one cell, or what a dialog writes at once."""
        return await self.call("PUT", f"classes/{class_name}/{object_id}", fields)

    async def batch(self, requests: Sequence[Mapping[str, Any]]) -> Answer:
        """Several requests in one, as `destroyAll` and `saveAll` send them; paths are relative to the mount."""
        entries = [{**one, "path": f"{MOUNT}/{one['path']}"} for one in requests]
        return await self.call("POST", "batch", {"requests": entries})

    async def fetched(
        self, method: str, path: str, body: Any = None, *, as_maintainer: bool = False, **how: Unpack[How]
    ) -> Answer:
        """A request of `fetch` or XHR with true method and Parse headers: the import and the REST console."""
        key = {"X-Parse-Maintenance-Key": MAINTENANCE_KEY} if as_maintainer else {"X-Parse-Master-Key": self.master_key}
        headers = {"Origin": ORIGIN, "X-Parse-Application-Id": APP_ID, **key, **how.get("headers", {})}
        as_a_script: How = {**how, "as_": "nobody", "headers": headers}
        return await self.s.request(method, path, body, **as_a_script)

    async def preflight(self, method: str, path: str, *asked: str) -> Answer:
        """What the browser asks before such a request; `asked` are the headers that it wants to send."""
        headers = {
            "Origin": ORIGIN,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": ",".join(sorted(name.lower() for name in asked)),
        }
        return await self.s.request("OPTIONS", path, as_="nobody", headers=headers)

    def _envelope(self, master: bool) -> dict[str, Any]:
        envelope = {
            "_ApplicationId": APP_ID,
            "_ClientVersion": "js8.5.0",
            "_InstallationId": device_id(self.s, "browser"),
        }
        if master:
            envelope["_MasterKey"] = self.master_key
        elif self.javascript_key:
            envelope["_JavaScriptKey"] = self.javascript_key
        if self.token:
            envelope["_SessionToken"] = self.token
        return envelope

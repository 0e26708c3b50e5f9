"""An app that cloud code can act on without any engine: it records what was asked and answers from a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from parsepy.cloud.actions import Accounts, Actions, CallOptions
from parsepy.model.find_params import FindParams


@dataclass
class FakeActions:
    """`rows` answers finds (in pages of `params.limit`), `answer` answers saves; `asked` is what was done, in order."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    is_in_transaction: bool = False

    @property
    def accounts(self) -> Accounts:
        raise AssertionError("the tests of accounts have a real app")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Actions]:
        self.asked.append(("transaction",))
        yield FakeActions(self.rows, self.answer, self.asked, is_in_transaction=True)

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[dict[str, Any]]:
        self.asked.append(("find", class_name, params, options))
        asked = params.where.get("objectId", {})
        ids = asked.get("$in", [row["objectId"] for row in self.rows])
        found = [row for row in self.rows if row["objectId"] > asked.get("$gt", "") and row["objectId"] in ids]
        return found if params.limit is None else found[: params.limit]

    async def find_with_count(
        self, class_name: str, params: FindParams, options: CallOptions
    ) -> tuple[list[dict[str, Any]], int]:
        return await self.find(class_name, params, options), len(self.rows)

    async def explain(self, class_name: str, params: FindParams, options: CallOptions) -> Any:
        self.asked.append(("explain", class_name, params, options))
        return self.answer

    async def count(self, class_name: str, params: FindParams, options: CallOptions) -> int:
        self.asked.append(("count", class_name, params, options))
        return len(self.rows)

    async def aggregate(
        self, class_name: str, stages: Sequence[Mapping[str, Any]], params: FindParams
    ) -> list[dict[str, Any]]:
        self.asked.append(("aggregate", class_name, stages, params))
        return self.rows

    async def distinct(self, class_name: str, path: str, where: Mapping[str, Any]) -> list[Any]:
        self.asked.append(("distinct", class_name, path, where))
        return [row[path] for row in self.rows]

    async def get(self, class_name: str, object_id: str, params: FindParams, options: CallOptions) -> dict[str, Any]:
        self.asked.append(("get", class_name, object_id, params, options))
        return self.rows[0]

    async def save(
        self, class_name: str, object_id: str | None, fields: Mapping[str, Any], options: CallOptions
    ) -> dict[str, Any]:
        self.asked.append(("save", class_name, object_id, fields, options))
        return self.answer

    async def delete(self, class_name: str, object_id: str, options: CallOptions) -> None:
        self.asked.append(("delete", class_name, object_id, options))

    async def run(self, name: str, params: Mapping[str, Any], options: CallOptions) -> Any:
        self.asked.append(("run", name, params, options))
        return self.answer

    async def start_job(self, name: str, params: Mapping[str, Any]) -> str:
        self.asked.append(("start_job", name, params))
        return "job1"

    async def jobs(self) -> dict[str, list[str]]:
        return {"in_use": [], "jobs": []}

    async def save_file(
        self, name: str, data: bytes, content_type: str | None, details: Mapping[str, Any], options: CallOptions
    ) -> dict[str, str]:
        self.asked.append(("save_file", name, data, content_type, details, options))
        return {"name": name, "url": f"http://files.example/{name}"}

    async def read_file(self, name: str, options: CallOptions) -> bytes:
        self.asked.append(("read_file", name, options))
        return b""

    async def delete_file(self, name: str) -> None:
        self.asked.append(("delete_file", name))

    async def config(self, options: CallOptions) -> dict[str, Any]:
        self.asked.append(("config", options))
        return self.answer

    async def send_email(self, fields: Mapping[str, Any]) -> None:
        self.asked.append(("send_email", fields))

    async def save_config(self, params: Mapping[str, Any], master_key_only: Mapping[str, bool]) -> None:
        self.asked.append(("save_config", params, master_key_only))

"""An app that cloud code can act on without any engine: it records what was asked and answers from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from parsepy.cloud.actions import CallOptions
from parsepy.model.find_params import FindParams


@dataclass
class FakeActions:
    """`rows` answers finds (in pages of `params.limit`), `answer` answers saves; `asked` is what was done, in order."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    answer: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[dict[str, Any]]:
        self.asked.append(("find", class_name, params, options))
        after = params.where.get("objectId", {}).get("$gt", "")
        found = [row for row in self.rows if row["objectId"] > after]
        return found if params.limit is None else found[: params.limit]

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

    async def save_config(self, params: Mapping[str, Any], master_key_only: Mapping[str, bool]) -> None:
        self.asked.append(("save_config", params, master_key_only))

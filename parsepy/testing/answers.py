"""What a client was answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.errors import ErrorCode, ParseError


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is parsed JSON, or bytes."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def code(self) -> int | None:
        """The Parse error code, if it is an error."""
        return self.body.get("code") if isinstance(self.body, dict) and self.status >= 400 else None

    def checked(self) -> Any:
        """The body of a good answer. Raises ParseError for any other, as an SDK does."""
        if self.status < 400:
            return self.body
        body = self.body if isinstance(self.body, dict) else {}
        text = body.get("error") or body.get("message") or f"HTTP {self.status}"
        raise ParseError(body.get("code", ErrorCode.OTHER_CAUSE), str(text))

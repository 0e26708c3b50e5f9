"""What a page posts, as text fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from parsepy.dashboard.visits import Visit

LONGEST_BODY = 64 << 10
MOST_FIELDS = 20


async def read(visit: Visit) -> Mapping[str, str]:
    """The fields of the body; none if it is of another form. Raises BodyTooLargeError."""
    body = await visit.read(LONGEST_BODY)
    kind = visit.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        match kind:
            case "application/x-www-form-urlencoded":
                return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
            case "application/json":
                return _texts(json.loads(body))
    except (ValueError, RecursionError):
        return {}
    return {}


def _texts(value: object) -> Mapping[str, str]:
    fields = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in fields if isinstance(text, str)}

"""Files in answers carry the URL that they are served from; it is computed on each read and never stored."""

from __future__ import annotations

import re
from urllib.parse import quote

from parsepy.adapters.storage.base import Object
from parsepy.core.context import Context

_LEGACY_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-")


def file_url(ctx: Context, name: str) -> str:
    """Where the file of this name is served. Names that hosted Parse gave lead there when `fileKey` is set."""
    key = ctx.app.settings.file_key
    if key and name.startswith("tfss-"):
        return f"http://files.parsetfss.com/{key}/{quote(name)}"
    if key and _LEGACY_UUID.match(name):
        return f"http://files.parse.com/{key}/{quote(name)}"
    return f"{ctx.call.server_url}/files/{quote(ctx.app.settings.app_id, safe='')}/{quote(name, safe='')}"


def with_file_urls(ctx: Context, row: Object) -> Object:
    """The row with a `url` in every column that is a file; changed in place.

    Files inside objects and arrays keep the URL that they were saved with.
    """
    for value in row.values():
        if type(value) is dict and value.get("__type") == "File" and isinstance(value.get("name"), str):
            value["url"] = file_url(ctx, value["name"])
    return row

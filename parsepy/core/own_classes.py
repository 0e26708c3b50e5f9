"""Making the tables of parsepy's own when they are first needed."""

from __future__ import annotations

import contextlib
from collections.abc import MutableSet

from parsepy.adapters.storage.base import ClassExistsError
from parsepy.core.context import App
from parsepy.model.schema import ClassSchema

CACHE = "own_classes"


async def ensured(app: App, schema: ClassSchema) -> ClassSchema:
    """The table, which is there now: `app.storage` takes and gives its rows. Raises StorageError."""
    made: MutableSet[str] = app.caches[CACHE]
    if schema.name not in made:
        with contextlib.suppress(ClassExistsError):
            await app.storage.create_class(schema)
        made.add(schema.name)
    return schema

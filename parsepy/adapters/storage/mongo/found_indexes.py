"""At the start: indexes that are there, whoever made them, are noted in their classes' documents as Parse Server does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from pymongo.errors import OperationFailure

from parsepy.adapters.storage.mongo import indexes
from parsepy.adapters.storage.mongo.errors import is_passing, translated
from parsepy.adapters.storage.mongo.schema_documents import INDEXES, METADATA
from parsepy.adapters.storage.mongo.scope import SCHEMAS, Document, Scope

AT_ONCE = 8
"""So many classes are looked at side by side."""

log = logging.getLogger(__name__)


async def note(scope: Scope) -> None:
    """Add what the documents lack; what they name already stays as it is.

    A class whose indexes the database does not tell is left alone. Raises StorageUnavailableError.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    with translated():
        documents = await scope.collection(SCHEMAS).find({}, {INDEXES: 1}).to_list()
        await asyncio.gather(*(_note(scope, document, turns) for document in documents))


async def _note(scope: Scope, document: Document, turns: asyncio.Semaphore) -> None:
    name, known = str(document["_id"]), _known(document)
    async with turns:
        try:
            found = await indexes.found(scope, name)
            missing = {key: keys for key, keys in found.items() if key not in known}
            if missing:
                await scope.collection(SCHEMAS).update_one({"_id": document["_id"]}, {"$set": _set(known, missing)})
        except OperationFailure as exc:
            if is_passing(exc):
                raise
            log.warning("the indexes of %s could not be noted: %s", name, exc)


def _known(document: Document) -> Mapping[str, Any]:
    metadata = document.get(METADATA)
    known = metadata.get("indexes") if isinstance(metadata, Mapping) else None
    return known if isinstance(known, Mapping) else {}


def _set(known: Mapping[str, Any], missing: Mapping[str, Any]) -> Document:
    """Names with dots cannot be set one by one: then all of them are."""
    if any("." in name or name.startswith("$") for name in missing):
        return {INDEXES: {**known, **missing}}
    return {f"{INDEXES}.{name}": keys for name, keys in missing.items()}

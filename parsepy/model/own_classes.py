"""Tables of parsepy's own, beside the app's classes: no list of classes names them, and no client reaches them."""

from __future__ import annotations

from parsepy.model.schema import ClassSchema, Field, FieldType
from parsepy.model.system_classes import DEFAULT_FIELDS

OWN_PREFIX = "_Parsepy"


def is_own(class_name: str) -> bool:
    """Whether a table is parsepy's own."""
    return class_name.startswith(OWN_PREFIX)


def _own(name: str, **columns: FieldType) -> ClassSchema:
    """A table with an `objectId`, both dates and these columns; `ACL` stays empty."""
    return ClassSchema(
        f"{OWN_PREFIX}{name}", {**DEFAULT_FIELDS, **{key: Field(type_) for key, type_ in columns.items()}}
    )


RELEASES = _own(
    "Release",
    state=FieldType.STRING,
    note=FieldType.STRING,
    by=FieldType.STRING,
    sha256=FieldType.STRING,
    size=FieldType.NUMBER,
    parts=FieldType.NUMBER,
    problems=FieldType.ARRAY,
    passed=FieldType.BOOLEAN,
    checker=FieldType.STRING,
    ticket=FieldType.STRING,
    asked=FieldType.STRING,
)
"""Versions of cloud code that were deployed. `ticket` names a wish to activate one, made at `asked` and not settled yet."""

RELEASE_PARTS = _own("ReleasePart", release=FieldType.STRING, number=FieldType.NUMBER, data=FieldType.BYTES)
"""The bundles of the releases, in pieces that every store takes."""

SERVERS = _own(
    "Server", server=FieldType.STRING, worker=FieldType.NUMBER, release=FieldType.STRING, seen=FieldType.DATE
)
"""The processes that serve the app at the moment, and the release that each runs."""

RUNS = _own("Run", schedule=FieldType.STRING, due=FieldType.DATE, owner=FieldType.STRING, jobId=FieldType.STRING)
"""Runs of schedules that somebody took on: the id is the schedule's and the time it was due."""

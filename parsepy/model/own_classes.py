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

ACTIVATIONS = _own(
    "Activation",
    active=FieldType.STRING,
    candidate=FieldType.STRING,
    ticket=FieldType.STRING,
    phase=FieldType.STRING,
    problems=FieldType.ARRAY,
)
"""One row: the release that all servers run, and how far they are with the last that was to take its place."""

SERVERS = _own(
    "Server",
    server=FieldType.STRING,
    release=FieldType.STRING,
    ticket=FieldType.STRING,
    step=FieldType.STRING,
    problems=FieldType.ARRAY,
    workers=FieldType.ARRAY,
    beat=FieldType.NUMBER,
)
"""The servers of the app at the moment: the release that each runs, its workers, and its part in an activation."""

RUNS = _own(
    "Run",
    schedule=FieldType.STRING,
    due=FieldType.DATE,
    state=FieldType.STRING,
    owner=FieldType.STRING,
    jobId=FieldType.STRING,
    seen=FieldType.DATE,
)
"""The last run of each schedule, one row for each: when it was due, and which process took it on and was `seen` when."""

CHANGES = _own(
    "Change", className=FieldType.STRING, target=FieldType.STRING, data=FieldType.STRING, ticket=FieldType.STRING
)
"""The changes of objects that live clients may catch up on: ids are numbers without gaps, `data` is JSON of both states."""

CHANGE_LOGS = _own("ChangeLog", epoch=FieldType.STRING, last=FieldType.NUMBER)
"""One row: which log it is, and the number given out last where numbers are counted."""

RECORDED_CLASSES = _own("RecordedClass", used=FieldType.DATE, since=FieldType.NUMBER)
"""A row for each class whose changes are kept: all behind number `since`, and until it was not `used` for long."""

INTENTS = _own(
    "Intent",
    className=FieldType.STRING,
    target=FieldType.STRING,
    kind=FieldType.STRING,
    data=FieldType.STRING,
    ticket=FieldType.STRING,
    keeper=FieldType.STRING,
)
"""Changes under way that are still to be kept, a row for each object, on stores whose transactions do not wait."""

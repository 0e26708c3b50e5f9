"""The built-in classes as data: columns, indexes made at start, required and guarded fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from parsepy.model.schema import ClassSchema, Field, FieldType, Index, join_class_name

_STRING = Field(FieldType.STRING)
_NUMBER = Field(FieldType.NUMBER)
_BOOLEAN = Field(FieldType.BOOLEAN)
_DATE = Field(FieldType.DATE)
_OBJECT = Field(FieldType.OBJECT)
_ARRAY = Field(FieldType.ARRAY)
_FILE = Field(FieldType.FILE)


@dataclass(frozen=True, slots=True)
class MasterOnly:
    """Operations that need the master key, and how refusals call the class."""

    operations: frozenset[str]
    spoken: str


DEFAULT_FIELDS: Mapping[str, Field] = MappingProxyType(
    {"objectId": _STRING, "createdAt": _DATE, "updatedAt": _DATE, "ACL": Field(FieldType.ACL)}
)
"""The columns of every class."""

SYSTEM_CLASSES: Mapping[str, Mapping[str, Field]] = MappingProxyType(
    {
        "_User": {
            "username": _STRING,
            "password": _STRING,
            "email": _STRING,
            "emailVerified": _BOOLEAN,
            "authData": _OBJECT,
        },
        "_Installation": {
            "installationId": _STRING,
            "deviceToken": _STRING,
            "channels": _ARRAY,
            "deviceType": _STRING,
            "pushType": _STRING,
            "GCMSenderId": _STRING,
            "timeZone": _STRING,
            "localeIdentifier": _STRING,
            "appVersion": _STRING,
            "appName": _STRING,
            "appIdentifier": _STRING,
            "parseVersion": _STRING,
            "badge": _NUMBER,
        },
        "_Role": {
            "name": _STRING,
            "users": Field(FieldType.RELATION, "_User"),
            "roles": Field(FieldType.RELATION, "_Role"),
        },
        "_Session": {
            "user": Field(FieldType.POINTER, "_User"),
            "installationId": _STRING,
            "sessionToken": _STRING,
            "expiresAt": _DATE,
            "createdWith": _OBJECT,
        },
        "_Product": {
            "productIdentifier": _STRING,
            "download": _FILE,
            "downloadName": _STRING,
            "icon": _FILE,
            "order": _NUMBER,
            "title": _STRING,
            "subtitle": _STRING,
        },
        "_PushStatus": {
            "pushTime": _STRING,
            "source": _STRING,
            "query": _STRING,
            "payload": _STRING,
            "title": _STRING,
            "expiry": _NUMBER,
            "expiration_interval": _NUMBER,
            "status": _STRING,
            "numSent": _NUMBER,
            "numFailed": _NUMBER,
            "pushHash": _STRING,
            "errorMessage": _OBJECT,
            "sentPerType": _OBJECT,
            "failedPerType": _OBJECT,
            "sentPerUTCOffset": _OBJECT,
            "failedPerUTCOffset": _OBJECT,
            "count": _NUMBER,
        },
        "_JobStatus": {
            "jobName": _STRING,
            "source": _STRING,
            "status": _STRING,
            "message": _STRING,
            "params": _OBJECT,
            "finishedAt": _DATE,
        },
        "_JobSchedule": {
            "jobName": _STRING,
            "description": _STRING,
            "params": _STRING,
            "startAfter": _STRING,
            "daysOfWeek": _ARRAY,
            "timeOfDay": _STRING,
            "lastRun": _NUMBER,
            "repeatMinutes": _NUMBER,
            "cron": _STRING,
            "timeZone": _STRING,
        },
        "_Hooks": {"functionName": _STRING, "className": _STRING, "triggerName": _STRING, "url": _STRING},
        "_GlobalConfig": {"params": _OBJECT, "masterKeyOnly": _OBJECT},
        "_GraphQLConfig": {"config": _OBJECT},
        "_Audience": {"name": _STRING, "query": _STRING, "lastUsed": _DATE, "timesUsed": _NUMBER},
        "_Idempotency": {"reqId": _STRING, "expire": _DATE},
    }
)
"""The columns that each built-in class has beside the default ones."""

VOLATILE_CLASSES = frozenset(
    {
        "_JobStatus",
        "_PushStatus",
        "_Hooks",
        "_GlobalConfig",
        "_GraphQLConfig",
        "_JobSchedule",
        "_Audience",
        "_Idempotency",
    }
)
"""Classes whose schema is fixed here, which the list of schemas leaves out, and which clients may not touch."""

ADDED_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType({"_JobSchedule": frozenset({"cron", "timeZone"})})
"""Columns of built-in classes that Parse Server does not have: nobody is shown them, tables get them when first needed."""

NAMED_SYSTEM_CLASSES = frozenset(SYSTEM_CLASSES) - {"_Hooks", "_GlobalConfig", "_GraphQLConfig"}
"""Built-in classes whose names may be used where a class name is asked for; clients may create them by saving."""

FIELD_NAMED_CLASS_NAME = frozenset({"_Hooks"})
"""Classes that may have a field `className`."""

MASTER_ONLY_OPERATIONS: Mapping[str, MasterOnly] = MappingProxyType(
    {"_Installation": MasterOnly(frozenset({"find", "delete"}), "installation")}
)
"""Operations that need the master key on classes that are open otherwise."""

RESERVED_IDS: Mapping[str, str] = MappingProxyType({"_User": "role:"})
"""How ids of a class may not begin: an ACL would take them for something else."""

PATH_TYPED_OBJECTS = frozenset({"sentPerUTCOffset", "failedPerUTCOffset"})
"""Fields whose numeric sub-keys mean an object, not an array."""

ALWAYS_ANSWERED: Mapping[str, frozenset[str]] = MappingProxyType({"_User": frozenset({"username"})})
"""What the answer to a save names, though the client knows it, where the class has an afterSave trigger."""

REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"_Product": ("productIdentifier", "icon", "order", "title", "subtitle"), "_Role": ("name", "ACL")}
)
"""Fields without which an object of a built-in class cannot be stored."""

NEVER_SHOWN_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"_User": frozenset({"password", "sessionToken", "_hashed_password"})}
)
"""Fields that no caller sees in a row, whatever key he holds; a session's token is handed out by log-in alone."""

NEVER_TOLD_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"_User": NEVER_SHOWN_FIELDS["_User"] | {"authData"}, "_Session": frozenset({"sessionToken"})}
)
"""Fields that no follower of changes is told, and that do not leave the process with a change."""

OWNER_ONLY_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType({"_User": frozenset({"authData"})})
"""Fields that only the object's owner and the master key see."""

PUBLIC_INTERNAL_FIELDS = frozenset({"_rperm", "_wperm"})
"""Names with an underscore that everybody may use in queries."""

SEARCHABLE_FIELDS = PUBLIC_INTERNAL_FIELDS | {
    "_email_verify_token",
    "_email_verify_token_expires_at",
    "_perishable_token",
    "_perishable_token_expires_at",
    "_failed_login_count",
    "_account_lockout_expires_at",
    "_password_changed_at",
    "_password_history",
    "_tombstone",
    "_session_token",
}
"""Names with an underscore that the master key may use in queries."""

INTERNAL_FIELDS = SEARCHABLE_FIELDS | {"_hashed_password"}
"""Names with an underscore that the server itself writes; they are columns of no schema."""

STARTUP_CLASSES = ("_User", "_Role")
"""Classes that exist from the first start on."""

HIDDEN_INDEX_PREFIX = "parsepy_"
"""Indexes whose names begin so are the server's own; the schemas API does not show them."""

_OPTIONAL_INDEXES: Mapping[str, tuple[str, Index]] = MappingProxyType(
    {
        "create_index_user_username": ("_User", Index("username_1", {"username": 1}, unique=True, sparse=True)),
        "create_index_user_username_case_insensitive": (
            "_User",
            Index("case_insensitive_username", {"username": 1}, unique=True, sparse=True, case_insensitive=True),
        ),
        "create_index_user_email_case_insensitive": (
            "_User",
            Index("case_insensitive_email", {"email": 1}, unique=True, sparse=True, case_insensitive=True),
        ),
        "create_index_user_email": ("_User", Index("email_1", {"email": 1}, unique=True, sparse=True)),
        "create_index_user_email_verify_token": (
            "_User",
            Index("_email_verify_token", {"_email_verify_token": 1}, sparse=True),
        ),
        "create_index_user_password_reset_token": (
            "_User",
            Index("_perishable_token", {"_perishable_token": 1}, sparse=True),
        ),
        "create_index_role_name": ("_Role", Index("name_1", {"name": 1}, unique=True, sparse=True)),
    }
)

_AUTH_DATA_SWITCH = "create_index_auth_data_uniqueness"
STARTUP_SWITCHES = (*_OPTIONAL_INDEXES, _AUTH_DATA_SWITCH)
"""The options of `databaseOptions` that leave out an index."""

_OWN_INDEXES: Mapping[str, tuple[Index, ...]] = MappingProxyType(
    {
        "_Session": (
            Index(f"{HIDDEN_INDEX_PREFIX}session_token", {"sessionToken": 1}),
            Index(f"{HIDDEN_INDEX_PREFIX}session_user", {"user": 1}),
        ),
        "_Installation": (
            Index(f"{HIDDEN_INDEX_PREFIX}installation_id", {"installationId": 1}),
            Index(f"{HIDDEN_INDEX_PREFIX}device_token", {"deviceToken": 1}),
        ),
        "_Idempotency": (
            Index("reqId_1", {"reqId": 1}, unique=True, sparse=True),
            Index("ttl", {"expire": 1}, sparse=True),
        ),
    }
)

_JOIN_FIELDS: Mapping[str, Field] = dict.fromkeys(("objectId", "relatedId", "owningId"), _STRING)
_JOIN_INDEXES: Mapping[str, Index] = {name: Index(name, {name: 1}) for name in ("owningId", "relatedId")}

PRIMARY_INDEX = Index("_id_", {"objectId": 1}, unique=True)
"""How the schemas API names the key of every class; stores have it without being told."""


def default_fields(class_name: str) -> Mapping[str, Field]:
    """The columns that a class has from the start, in the order in which they are shown."""
    return {**DEFAULT_FIELDS, **SYSTEM_CLASSES.get(class_name, {})}


def startup_indexes(
    switched_off: frozenset[str] = frozenset(), *, providers: Iterable[str] = ("anonymous",), collation: bool = False
) -> Mapping[str, Mapping[str, Index]]:
    """The indexes of built-in classes, by class.

    `switched_off` names options of `databaseOptions` (`create_index_user_email`); with `collation` the database itself
    ignores capitals; no two users share an id at any of the `providers`.
    """
    found: dict[str, dict[str, Index]] = {}
    for option, (class_name, index) in _OPTIONAL_INDEXES.items():
        if option not in switched_off and not (collation and index.case_insensitive):
            found.setdefault(class_name, {PRIMARY_INDEX.name: PRIMARY_INDEX})[index.name] = index
    if _AUTH_DATA_SWITCH not in switched_off:
        for index in map(auth_data_index, providers):
            found.setdefault("_User", {PRIMARY_INDEX.name: PRIMARY_INDEX})[index.name] = index
    for class_name, indexes in _OWN_INDEXES.items():
        found.setdefault(class_name, {}).update({index.name: index for index in indexes})
    return found


def auth_data_index(provider: str) -> Index:
    """The index by which no two users have the same id at an authentication provider."""
    return Index(f"_auth_data_{provider}_id", {f"authData.{provider}.id": 1}, unique=True, sparse=True)


def built_in_schema(class_name: str, indexes: Mapping[str, Index] | None = None) -> ClassSchema:
    """A class with nothing but its default columns and the given indexes."""
    return ClassSchema(class_name, default_fields(class_name), indexes=dict(indexes or {}))


def join_schema(class_name: str, field_name: str) -> ClassSchema:
    """The class that holds a relation column's pairs: `owningId` is in `class_name`, `relatedId` in its target."""
    return ClassSchema(join_class_name(field_name, class_name), _JOIN_FIELDS, indexes=_JOIN_INDEXES)

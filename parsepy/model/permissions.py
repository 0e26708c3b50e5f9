"""What class-level permissions may say: the check of a request that sets them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from parsepy.errors import ErrorCode, ParseError
from parsepy.model.schema import ClassPermissions, Field, FieldType
from parsepy.model.system_classes import DEFAULT_FIELDS
from parsepy.model.texts import javascript_text

OPERATIONS = ("find", "count", "get", "create", "update", "delete", "addField")
USER_FIELDS = ("readUserFields", "writeUserFields")
POINTER_FIELDS = "pointerFields"
USER_FIELD_PREFIX = "userField:"
USER_CLASS = "_User"

_KEYS = frozenset((*OPERATIONS, *USER_FIELDS, "ACL", "protectedFields"))
_ROLE = re.compile(r"role:.*", re.DOTALL)
_USER_FIELD = re.compile(r"userField:.*", re.DOTALL)
_USER_ID = re.compile(r"[a-zA-Z0-9]+")
_CUSTOM_USER_ID = re.compile(r".+")

OPEN: Mapping[str, Any] = {
    "ACL": {"*": {"read": True, "write": True}},
    **{operation: {"*": True} for operation in OPERATIONS},
    "protectedFields": {"*": []},
}
"""What a class without stored permissions is shown with: everything is allowed."""

CLOSED: Mapping[str, Any] = {**{operation: {} for operation in OPERATIONS}, "protectedFields": {}}
"""What stored permissions say where they are silent: nobody may."""


def shown(permissions: ClassPermissions | None, protected: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Permissions as the schemas API shows them, silent parts filled in and protected fields of the server added."""
    rules = dict(OPEN) if permissions is None else {**CLOSED, **permissions.rules}
    listed = dict(rules["protectedFields"])
    for entity, fields in protected.items():
        listed[entity] = list(dict.fromkeys((*listed.get(entity, ()), *fields)))
    return {**rules, "protectedFields": listed}


def checked(raw: Any, fields: Mapping[str, Field], *, custom_ids: bool = False) -> ClassPermissions:
    """Permissions from a request for a class with these fields. Raises ParseError 107 naming what is wrong.

    With `custom_ids` any text may be a user's id.
    """
    given = _mapping(raw)
    user_id = _CUSTOM_USER_ID if custom_ids else _USER_ID
    for key, value in given.items():
        if key not in _KEYS:
            raise _invalid(f"{key} is not a valid operation for class level permissions")
        if key in USER_FIELDS:
            _check_user_fields(key, value, fields)
            continue
        entities = _entities(key, value)
        if key == "protectedFields":
            _check_protected_fields(entities, fields, user_id)
        else:
            _check_operation(key, entities, fields, user_id)
    return ClassPermissions(given)


def _check_user_fields(key: str, value: Any, fields: Mapping[str, Field]) -> None:
    if not isinstance(value, list):
        raise _invalid(
            f"'{javascript_text(value)}' is not a valid value for class level permissions {key} - must be an array"
        )
    for name in value:
        _check_pointer(name, fields, key)


def _check_pointer(name: Any, fields: Mapping[str, Field], where: str) -> None:
    """Only pointers to users and arrays (which may hold such) can name who is allowed."""
    field = fields.get(name) if isinstance(name, str) else None
    is_user = field is not None and field.type is FieldType.POINTER and field.target == USER_CLASS
    if not is_user and (field is None or field.type is not FieldType.ARRAY):
        raise _invalid(f"'{javascript_text(name)}' is not a valid column for class level pointer permissions {where}")


def _check_protected_fields(entities: Mapping[str, Any], fields: Mapping[str, Field], user_id: re.Pattern[str]) -> None:
    for entity, names in entities.items():
        _check_entity(entity, entity in {"*", "authenticated"} or _USER_FIELD.fullmatch(entity), user_id)
        if not isinstance(names, list):
            raise _invalid(
                f"'{javascript_text(names)}' is not a valid value for protectedFields[{entity}] - expected an array."
            )
        for name in names:
            if isinstance(name, str) and name in DEFAULT_FIELDS:
                raise _invalid(f"Default field '{name}' can not be protected")
            if not isinstance(name, str) or name not in fields:
                raise _invalid(f"Field '{javascript_text(name)}' in protectedFields:{entity} does not exist")


def _check_operation(
    key: str, entities: Mapping[str, Any], fields: Mapping[str, Field], user_id: re.Pattern[str]
) -> None:
    for entity, permit in entities.items():
        _check_entity(entity, entity in {"*", "requiresAuthentication", POINTER_FIELDS}, user_id)
        if entity == POINTER_FIELDS:
            if not isinstance(permit, list):
                raise _invalid(
                    f"'{javascript_text(permit)}' is not a valid value for {key}[{entity}] - expected an array."
                )
            for name in permit:
                _check_pointer(name, fields, "[object Object]")
        elif key == "ACL":
            _check_default_acl(permit)
        elif permit is not True:
            raise _invalid(
                f"'{javascript_text(permit)}' is not a valid value for class level permissions acl {key}:{entity}"
            )


def _check_entity(entity: str, known: object, user_id: re.Pattern[str]) -> None:
    if not (known or _ROLE.fullmatch(entity) or user_id.fullmatch(entity)):
        raise _invalid(f"'{entity}' is not a valid key for class level permissions")


def _check_default_acl(permit: Any) -> None:
    if not isinstance(permit, Mapping):
        raise _invalid(f"'{javascript_text(permit)}' is not a valid value for class level permissions acl")
    keys = [key for key in permit if key not in {"read", "write"}]
    if keys:
        raise _invalid(f"'{','.join(keys)}' is not a valid key for class level permissions acl")
    values = [value for value in permit.values() if not isinstance(value, bool)]
    if values:
        raise _invalid(f"'{javascript_text(values)}' is not a valid value for class level permissions acl")


def _entities(key: str, value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    if value == []:
        return {}
    if isinstance(value, list):
        return {str(position): element for position, element in enumerate(value)}
    raise _invalid(
        f"'{javascript_text(value)}' is not a valid value for class level permissions {key} - must be an object"
    )


def _mapping(raw: Any) -> dict[str, Any]:
    """The request's permissions; PHP writes an empty object as an empty list."""
    if isinstance(raw, Mapping):
        return {key: {} if value == [] and key not in USER_FIELDS else value for key, value in raw.items()}
    if raw == []:
        return {}
    raise _invalid("class level permissions must be an object")


def _invalid(message: str) -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, message)

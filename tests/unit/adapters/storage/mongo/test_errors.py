"""What the driver raises, as the port's errors."""

from __future__ import annotations

from typing import Any

import pytest
from bson.errors import InvalidDocument
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    DuplicateKeyError,
    InvalidOperation,
    NetworkTimeout,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from parsepy.adapters.storage.base import (
    DuplicateValueError,
    InvalidQueryError,
    InvalidValueError,
    StorageError,
    StorageUnavailableError,
)
from parsepy.adapters.storage.mongo.errors import translated, translation
from parsepy.model.documents import Documents
from parsepy.model.system_classes import built_in_schema

USERS = Documents(built_in_schema("_User"))


def duplicate(index: str, key: str | None = None, **details: Any) -> DuplicateKeyError:
    text = f"E11000 duplicate key error collection: parse._User index: {index}"
    return DuplicateKeyError(text + (f" dup key: {{ {key}: 1 }}" if key else ""), 11000, {"code": 11000, **details})


DUPLICATES: list[tuple[DuplicateKeyError, str]] = [
    (duplicate("username_1", keyPattern={"username": 1}), "username"),
    (duplicate("case_insensitive_email", keyPattern={"email": 1}), "email"),
    (duplicate("_auth_data_x_id", keyPattern={"_auth_data_x.id": 1}), "authData.x.id"),
    (duplicate("_id_", keyPattern={"_id": 1}), "objectId"),
    (duplicate("_id_", "_id"), "objectId"),
    (duplicate("any", "_auth_data_x.id"), "authData.x.id"),
    (duplicate("username_1"), "username"),
    (duplicate("parse._User.$email_1"), "email"),
    (duplicate("_id_"), "objectId"),
]


@pytest.mark.parametrize(("error", "field"), DUPLICATES, ids=[str(n) for n, _ in enumerate(DUPLICATES)])
def test_a_duplicate_names_the_field_of_its_index(error: DuplicateKeyError, field: str) -> None:
    refused = translation(error, USERS, writing=True)

    assert isinstance(refused, DuplicateValueError)
    assert refused.field == field


KINDS: list[tuple[Exception, bool, type[StorageError]]] = [
    (AutoReconnect("gone"), False, StorageUnavailableError),
    (NetworkTimeout("slow"), True, StorageUnavailableError),
    (ServerSelectionTimeoutError("nobody"), False, StorageUnavailableError),
    (WaitQueueTimeoutError("full"), True, StorageUnavailableError),
    (InvalidOperation("Cannot use AsyncMongoClient after close"), False, StorageUnavailableError),
    (OperationFailure("stepped down", 189), True, StorageUnavailableError),
    (OperationFailure("conflict", 112, {"errorLabels": ["TransientTransactionError"]}), True, StorageUnavailableError),
    (OperationFailure("no space", 14031), True, StorageUnavailableError),
    (OperationFailure("bad regex", 51091), False, InvalidQueryError),
    (OperationFailure("bad hint", 2), False, InvalidQueryError),
    (OperationFailure("too slow", 50), False, InvalidQueryError),
    (OperationFailure("cannot increment", 14), True, InvalidValueError),
    (OperationFailure("too large", 10334), True, InvalidValueError),
    (OperationFailure("Transaction numbers are only allowed on a replica set", 20), True, InvalidQueryError),
    (OperationFailure("not authorized", 13), False, StorageError),
    (ConfigurationError("Sessions are not supported by this MongoDB deployment"), True, InvalidQueryError),
    (DocumentTooLarge("17 MB"), True, InvalidValueError),
    (InvalidDocument("key must not contain null"), True, InvalidValueError),
    (InvalidDocument("cannot encode"), False, InvalidQueryError),
    (OverflowError("int too big"), True, InvalidValueError),
    (BulkWriteError({"writeErrors": [{"code": 112, "errmsg": "conflict"}]}), True, StorageUnavailableError),
    (BulkWriteError({"writeConcernErrors": [{"code": 91, "errmsg": "shutdown"}]}), True, StorageUnavailableError),
]


@pytest.mark.parametrize(("error", "writing", "kind"), KINDS, ids=[str(error)[:40] for error, _, _ in KINDS])
def test_errors_of_the_driver_are_the_ports(error: Exception, writing: bool, kind: type[StorageError]) -> None:
    with pytest.raises(kind) as refused, translated(USERS, writing=writing):
        raise error

    assert type(refused.value) is kind
    assert refused.value.__cause__ is error


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError

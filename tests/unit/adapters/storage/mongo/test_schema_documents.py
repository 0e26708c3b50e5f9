"""Classes as documents of `_SCHEMA`."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.adapters.storage.mongo.indexes import index_model
from parsepy.adapters.storage.mongo.schema_documents import from_schema_document, to_schema_document
from parsepy.model.schema import ClassPermissions, ClassSchema, Field, FieldType, Index
from parsepy.model.system_classes import DEFAULT_FIELDS, PRIMARY_INDEX, built_in_schema, startup_indexes

DATES = {"objectId": "string", "updatedAt": "date", "createdAt": "date"}
TYPES = {
    "s": (Field(FieldType.STRING), "string"),
    "n": (Field(FieldType.NUMBER), "number"),
    "b": (Field(FieldType.BOOLEAN), "boolean"),
    "d": (Field(FieldType.DATE), "date"),
    "o": (Field(FieldType.OBJECT), "object"),
    "a": (Field(FieldType.ARRAY), "array"),
    "f": (Field(FieldType.FILE), "file"),
    "g": (Field(FieldType.GEO_POINT), "geopoint"),
    "poly": (Field(FieldType.POLYGON), "polygon"),
    "y": (Field(FieldType.BYTES), "bytes"),
    "p": (Field(FieldType.POINTER, "Team"), "*Team"),
    "r": (Field(FieldType.RELATION, "_User"), "relation<_User>"),
}


def test_every_type_has_its_word() -> None:
    schema = ClassSchema("Thing", {**DEFAULT_FIELDS, **{name: field for name, (field, _) in TYPES.items()}})
    document = {"_id": "Thing", **DATES, **{name: word for name, (_, word) in TYPES.items()}}

    assert to_schema_document(schema) == document
    assert from_schema_document(document) == schema


def test_options_permissions_and_indexes_are_metadata() -> None:
    fields = {**DEFAULT_FIELDS, "n": Field(FieldType.NUMBER, required=True, default=5), "p": TYPES["p"][0]}
    rules = {"find": {"role:a.b": True}}
    indexes = {"_id_": Index("_id_", {"objectId": 1}), "k": Index("k", {"p": 1, "createdAt": -1})}
    schema = ClassSchema("Thing", fields, ClassPermissions(rules), indexes)
    metadata = {
        "fields_options": {"n": {"required": True, "defaultValue": 5}},
        "class_permissions": rules,
        "indexes": {"_id_": {"_id": 1}, "k": {"_p_p": 1, "_created_at": -1}},
    }

    assert to_schema_document(schema)["_metadata"] == metadata
    assert from_schema_document(to_schema_document(schema)) == schema


def test_users_are_listed_without_what_is_stored_otherwise() -> None:
    document = to_schema_document(built_in_schema("_User"))

    assert document == {
        "_id": "_User",
        **DATES,
        "username": "string",
        "email": "string",
        "emailVerified": "boolean",
        "authData": "object",
    }


OLD: list[tuple[str, dict[str, Any], dict[str, Field]]] = [
    ("old dates", {"createdAt": "string", "updatedAt": "string"}, {}),
    ("nothing but a field", {"n": "number"}, {"n": Field(FieldType.NUMBER)}),
    ("maps", {"o": "map"}, {"o": Field(FieldType.OBJECT)}),
    ("client permissions", {"_client_permissions": {"find": True}}, {}),
    ("unknown types", {"x": "vector", "y": 5}, {}),
    ("metadata of odd form", {"_metadata": {"fields_options": [], "indexes": None, "class_permissions": None}}, {}),
]


@pytest.mark.parametrize(("document", "fields"), [case[1:] for case in OLD], ids=[case[0] for case in OLD])
def test_documents_of_older_servers_are_read(document: dict[str, Any], fields: dict[str, Field]) -> None:
    assert from_schema_document({"_id": "Thing", **document}) == ClassSchema("Thing", {**DEFAULT_FIELDS, **fields})


def test_index_keys_may_be_of_any_number_type_and_of_providers() -> None:
    indexes = {"a": {"_auth_data_x.id": 1.0}, "t": {"email": "text"}, "odd": 5}

    found = from_schema_document({"_id": "_User", "_metadata": {"indexes": indexes}}).indexes

    assert found == {"a": Index("a", {"authData.x.id": 1}), "t": Index("t", {"email": "text"})}
    assert type(found["a"].keys["authData.x.id"]) is int


STARTUP: dict[tuple[str, str], dict[str, Any]] = {
    ("_User", "username_1"): {"key": {"username": 1}, "unique": True, "sparse": True},
    ("_User", "email_1"): {"key": {"email": 1}, "unique": True, "sparse": True},
    ("_User", "_perishable_token"): {"key": {"_perishable_token": 1}, "sparse": True},
    ("_User", "_auth_data_anonymous_id"): {"key": {"_auth_data_anonymous.id": 1}, "unique": True, "sparse": True},
    ("_Role", "name_1"): {"key": {"name": 1}, "unique": True, "sparse": True},
    ("_Idempotency", "reqId_1"): {"key": {"reqId": 1}, "unique": True, "sparse": True},
    ("_Idempotency", "ttl"): {"key": {"expire": 1}, "sparse": True, "expireAfterSeconds": 0},
}


@pytest.mark.parametrize(("class_name", "name"), STARTUP, ids=[name for _, name in STARTUP])
def test_the_indexes_of_built_in_classes_are_those_of_parse_server(class_name: str, name: str) -> None:
    model = index_model(built_in_schema(class_name), startup_indexes()[class_name][name])

    assert model is not None
    assert dict(model.document) == {"name": name, **STARTUP[class_name, name]}


def test_the_index_without_case_is_not_unique_beside_parse_server() -> None:
    index = startup_indexes()["_User"]["case_insensitive_username"]
    model = index_model(built_in_schema("_User"), index)

    assert model is not None
    assert model.document["collation"] == {"locale": "en_US", "strength": 2}
    assert "unique" not in model.document


def test_the_index_on_ids_is_there_anyway() -> None:
    assert index_model(built_in_schema("Thing"), PRIMARY_INDEX) is None

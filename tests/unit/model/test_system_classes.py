"""The built-in classes as data."""

from __future__ import annotations

from parsepy.model import system_classes
from parsepy.model.schema import Field, FieldType


def test_every_class_has_the_default_columns_first() -> None:
    assert list(system_classes.default_fields("Score")) == ["objectId", "createdAt", "updatedAt", "ACL"]
    assert list(system_classes.default_fields("_Role")) == [
        "objectId",
        "createdAt",
        "updatedAt",
        "ACL",
        "name",
        "users",
        "roles",
    ]
    assert system_classes.default_fields("_Session")["user"] == Field(FieldType.POINTER, "_User")


def test_users_have_the_indexes_of_parse_server() -> None:
    indexes = system_classes.startup_indexes()["_User"]

    assert list(indexes) == [
        "_id_",
        "username_1",
        "case_insensitive_username",
        "case_insensitive_email",
        "email_1",
        "_email_verify_token",
        "_perishable_token",
        "_auth_data_anonymous_id",
    ]
    assert {name for name, index in indexes.items() if not index.unique} == {"_email_verify_token", "_perishable_token"}


def test_indexes_can_be_switched_off() -> None:
    off = frozenset({"create_index_user_email", "create_index_auth_data_uniqueness", "create_index_role_name"})

    indexes = system_classes.startup_indexes(off)

    assert not {"email_1", "_auth_data_anonymous_id"} & indexes["_User"].keys()
    assert "_Role" not in indexes


def test_a_collation_of_the_database_makes_case_insensitive_indexes_needless() -> None:
    indexes = system_classes.startup_indexes(collation=True)["_User"]

    assert not any(index.case_insensitive for index in indexes.values())


def test_each_configured_provider_has_an_index_on_its_ids() -> None:
    indexes = system_classes.startup_indexes(providers=("anonymous", "github"))["_User"]

    assert indexes["_auth_data_github_id"].keys == {"authData.github.id": 1}
    assert indexes["_auth_data_github_id"].unique


def test_a_relation_keeps_its_pairs_in_a_class_of_its_own() -> None:
    join = system_classes.join_schema("_Role", "users")

    assert join.name == "_Join:users:_Role"
    assert set(join.fields) == {"objectId", "relatedId", "owningId"}

"""The table of the porting guide: nothing of the JavaScript SDK is left out, and all that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import parsepy
from parsepy import (
    ACL,
    Cloud,
    Config,
    File,
    GeoPoint,
    Installation,
    ParseObject,
    Polygon,
    Query,
    Relation,
    Role,
    Session,
    User,
)

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs/cloud/porting.md"
TYPES = ROOT / "tests/compat/node_modules/parse/types"
SDK = [
    "ParseObject",
    "ParseQuery",
    "ParseUser",
    "ParseRole",
    "ParseSession",
    "ParseInstallation",
    "ParseRelation",
    "ParseACL",
    "ParseConfig",
    "ParseFile",
    "ParseGeoPoint",
    "ParsePolygon",
    "Cloud",
]
OURS = (ACL, Cloud, Config, File, GeoPoint, Installation, ParseObject, Polygon, Query, Relation, Role, Session, User)
MEMBER = re.compile(r"^    (?:static |get |set )*([a-zA-Z]\w*)[?<(:]|^export declare function (\w+)", re.MULTILINE)
NO_MEMBERS = {"constructor", "extend"}
NEW = re.compile(r"\b[a-z]+_[a-z_]+\b")
INSTANCE_ONLY = {"class_name", "master_key_only", "target_class_name", "b64encode", "batch_size", "cascade_save"}
PARAMETERS = {"use_master_key", "session_token", "if_needed", "auth_data", "job_id", "require_user", "device_token"}
REQUESTS = {"function_name", "installation_id", "trigger_name", "is_read_only", "job_name"}


def rows() -> list[tuple[str, str]]:
    """The two columns of all tables."""
    found = re.findall(r"^\| (.*) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    return [(left, right) for left, right in found if left != "JavaScript"]


@pytest.mark.oracle
@pytest.mark.parametrize("name", SDK)
def test_every_member_of_the_javascript_sdk_has_a_row(name: str) -> None:
    declared = (TYPES / f"{name}.d.ts").read_text().split("declare class", 1)[-1].split("\n}\n", 1)[0]
    members = {first or second for first, second in MEMBER.findall(declared)}
    named = set(re.findall(r"\w+", " ".join(left for left, _ in rows())))

    assert members - NO_MEMBERS - named == set()


def test_every_python_name_of_the_table_is_there() -> None:
    named = {name for _, right in rows() for name in NEW.findall(right)}
    there = {name for kind in OURS for name in dir(kind)} | set(dir(parsepy))

    assert named - there - INSTANCE_ONLY - PARAMETERS - REQUESTS == set()


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: str(kind.__name__))
def test_everything_public_tells_what_it_does(kind: type[object]) -> None:
    silent = [name for name, value in vars(kind).items() if not name.startswith("_") and callable(value)]

    assert [name for name in silent if not getattr(kind, name).__doc__ and name != "encoded"] == []

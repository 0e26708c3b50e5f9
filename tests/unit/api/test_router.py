"""Paths lead to routes as on Parse Server."""

from __future__ import annotations

import pytest

from parsepy.api.refusals import RefusalError
from parsepy.api.router import Need, Request, Response, Router, Routes
from parsepy.core.context import Context
from parsepy.errors import ParseError

routes = Routes()
PATHS = (
    "/login",
    "/users/me",
    "/users/:id",
    "/classes/:className",
    "/classes/:className/:id",
    "/files/:appId/*name",
    "/files/:appId/metadata/*name",
)


async def nothing(ctx: Context, request: Request) -> Response:
    return Response({})


for path in PATHS:
    routes.get(path)(nothing)
ROUTER = Router(routes)


@pytest.mark.parametrize(
    ("asked", "path", "params"),
    [
        ("/login", "/login", {}),
        ("/LogIn/", "/login", {}),
        ("/users/me", "/users/me", {}),
        ("/Users/Me", "/users/me", {}),
        ("/users/me2", "/users/:id", {"id": "me2"}),
        ("/CLASSES/GameScore", "/classes/:className", {"className": "GameScore"}),
        ("/classes/A/Bc/", "/classes/:className/:id", {"className": "A", "id": "Bc"}),
        ("/classes/A%20b/%C3%BC", "/classes/:className/:id", {"className": "A b", "id": "ü"}),
        ("/files/app/a/b.txt", "/files/:appId/*name", {"appId": "app", "name": "a/b.txt"}),
        ("/files/app/metadata/b.txt", "/files/:appId/metadata/*name", {"appId": "app", "name": "b.txt"}),
    ],
)
def test_a_path_finds_its_route_and_parameters(asked: str, path: str, params: dict[str, str]) -> None:
    match = ROUTER.match("GET", asked)

    assert match is not None
    assert (match.route.path, dict(match.params)) == (path, params)


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/classes"),
        ("GET", "/classes//x"),
        ("GET", "/classes/A/b//"),
        ("GET", "/classes/A/b/c"),
        ("GET", "/files/app"),
        ("POST", "/login"),
        ("PATCH", "/classes/A/b"),
    ],
)
def test_other_paths_and_methods_find_none(method: str, asked: str) -> None:
    assert ROUTER.match(method, asked) is None


def test_head_is_served_by_get_routes() -> None:
    match = ROUTER.match("HEAD", "/login")

    assert match is not None
    assert match.route.method == "GET"


def test_a_path_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(RefusalError, match="Failed to decode param '%FF'"):
        ROUTER.match("GET", "/classes/%FF")


def test_writing_methods_count_as_writes_unless_told_otherwise() -> None:
    made = Routes()
    made.get("/a")(nothing)
    made.post("/a")(nothing)
    made.post("/b", writes=False)(nothing)
    made.put("/a", Need.MASTER_WRITE)(nothing)
    made.delete("/a")(nothing)

    assert [route.writes for route in made] == [False, True, False, True, True]


def test_arguments_are_the_body_overlaid_with_the_query_read_as_json() -> None:
    request = Request("GET", "/", query={"limit": "3", "order": "name"}, body={"limit": 1, "skip": 2})

    assert request.arguments == {"limit": 3, "order": "name", "skip": 2}


def test_a_body_that_is_no_object_has_no_fields() -> None:
    with pytest.raises(ParseError, match="107"):
        _ = Request("POST", "/", body=[1]).fields

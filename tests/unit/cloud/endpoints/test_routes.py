"""What may be registered as an endpoint, and how its mistakes are told."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy import Cloud, CloudError, HttpRequest, HttpResponse, hmac_signature
from parsepy.api.routes import new_router
from parsepy.cloud import loader
from parsepy.settings import InvalidError
from parsepy.settings.services import ENDPOINTS_PATH, TAKEN


async def nothing(request: HttpRequest) -> None:
    return None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("GET", "/a"), ("get", "/A")),
        (("POST", "/a/:id"), ("POST", "/a/:name")),
        (("POST", "/a/*rest"), ("POST", "/a/*more")),
        (("GET", "/"), ("GET", "/")),
    ],
)
def test_two_endpoints_for_the_same_requests_are_refused_with_both_places(
    first: tuple[str, str], second: tuple[str, str]
) -> None:
    cloud, other = Cloud(), Cloud()
    cloud.route(*first)(nothing)
    other.route(*second)(nothing)
    line = f"test_routes.py:{nothing.__code__.co_firstlineno}"

    with pytest.raises(CloudError, match=rf"registered twice: .*{line} and .*{line}"):
        cloud.include(other)
    assert len(cloud.endpoints) == 1


def test_endpoints_of_other_methods_and_more_exact_paths_stand_beside_each_other() -> None:
    cloud = Cloud()
    for method, path in (("GET", "/a"), ("POST", "/a"), ("GET", "/a/:id"), ("GET", "/a/new"), ("GET", "/a/*rest")):
        cloud.route(method, path)(nothing)

    assert len(cloud.endpoints) == 5


@pytest.mark.parametrize(
    "path",
    ["", "a", "/a//b", "/a/", "/a b", "/ü", "/a/../b", "/a/.", "/:", "/:1", "/:a/:a", "/*a/b", "/a?b", "/a#b", "/*"],
)
def test_paths_that_cannot_be_are_refused(path: str) -> None:
    with pytest.raises(CloudError):
        Cloud().route("GET", path)(nothing)


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE", "", "get post"])
def test_methods_that_the_server_answers_itself_are_refused(method: str) -> None:
    with pytest.raises(CloudError, match="GET, POST, PUT, PATCH, DELETE"):
        Cloud().route(method, "/a")(nothing)


@pytest.mark.parametrize("rules", [{"fields": ["a"]}, {"skip_with_master_key": True}, {"require_user": 1}, {"odd": 1}])
def test_rules_that_are_not_for_endpoints_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(CloudError):
        Cloud().route("GET", "/a", **rules)(nothing)


def test_a_stream_cannot_be_signed() -> None:
    with pytest.raises(CloudError, match="whole body"):
        Cloud().route("POST", "/a", verify=hmac_signature("s"), stream=True)(nothing)


def test_a_function_without_request_is_refused() -> None:
    with pytest.raises(CloudError, match="one argument"):
        Cloud().route("GET", "/a")(lambda: None)  # type: ignore[type-var]  # that is what is tested


def test_a_mistake_is_told_with_its_line_when_the_code_is_loaded(tmp_path: Any) -> None:
    code = "from parsepy import Cloud\ncloud = Cloud()\n@cloud.route('GET', 'a')\nasync def a(request): ...\n"
    (tmp_path / "main.py").write_text(code)

    with pytest.raises(loader.LoadError, match=r"main.py:3: CloudError: the path of an endpoint begins with /"):
        loader.load(str(tmp_path / "main.py"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"status": 100},
        {"status": 600},
        {"status": 204, "body": "x"},
        {"headers": {"A B": "x"}},
        {"headers": {"": "x"}},
        {"headers": {"A": "x\r\nB: y"}},
        {"headers": {"A": ["x", "y\n"]}},
        {"headers": {"Content-Length": "7"}},
        {"headers": {"transfer-encoding": "chunked"}},
        {"headers": {"A": 7}},
    ],
    ids=str,
)
def test_answers_that_cannot_be_sent_are_refused_where_they_are_made(arguments: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        HttpResponse(**arguments)


def test_the_path_of_all_endpoints_hides_no_part_of_the_api() -> None:
    first = {route.path.split("/")[1] for route in new_router().routes}

    assert [name for name in first if not TAKEN.fullmatch(name)] == []
    for path in ("/", "/Classes", "/functions/mine", "/a//b", "/../a", "a", "/ü"):
        with pytest.raises(InvalidError):
            ENDPOINTS_PATH.read(path)
    assert ENDPOINTS_PATH.read("/hooks-in/v1/") == "/hooks-in/v1"

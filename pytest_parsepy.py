"""The pytest fixtures of parsepy; nothing of the server is imported before a test asks for one of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

if TYPE_CHECKING:
    from collections import deque

    from parsepy import Cloud
    from parsepy.model.mail import Mail
    from parsepy.testing import Client, FakeClock, TestServer

F = TypeVar("F", bound=Callable[..., Any])
OPTION = "parsepy_cloud"
ENTRY_FILES = ("cloud/main.py", "cloud/__init__.py", "main.py")


def _async_fixture(function: F) -> F:
    """A fixture of pytest-asyncio; without that another plugin, such as that of anyio, runs the tests."""
    plugin = importlib.import_module("pytest_asyncio") if find_spec("pytest_asyncio") else pytest
    return cast("F", plugin.fixture(function))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the configuration of pytest name the cloud code."""
    parser.addini(OPTION, "the cloud code of the fixture parse_cloud: a file, a folder or a module", default="")


@pytest.fixture
def parse_cloud(request: pytest.FixtureRequest) -> Cloud:
    """The cloud code under test: what `parsepy_cloud` names, else the nearest cloud/main.py or main.py above the test.

    It is loaded once, and is the same that tests import.
    """
    named = request.config.getini(OPTION)
    if named:
        return cast("Cloud", _call("parsepy.cloud.loader", "load", named))
    for file in _candidates(request):
        loaded = [module for module in list(sys.modules.values()) if getattr(module, "__file__", None) == str(file)]
        if loaded and hasattr(loaded[0], "cloud"):
            return cast("Cloud", loaded[0].cloud)
        return cast("Cloud", _call("parsepy.cloud.loader", "load", str(file)))
    return cast("Cloud", _call("parsepy", "Cloud"))


@pytest.fixture
def parse_options() -> Mapping[str, Any]:
    """Options of the server beside those of the test kit; override it to have some."""
    return {}


@pytest.fixture
def parse_clock() -> FakeClock:
    """The clock of the server; override it to begin at another time."""
    return cast("FakeClock", _call("parsepy.testing", "FakeClock"))


@_async_fixture
async def parse_server(
    parse_cloud: Cloud, parse_options: Mapping[str, Any], parse_clock: FakeClock
) -> AsyncIterator[TestServer]:
    """A new server with an empty database."""
    async with _call("parsepy.testing", "TestServer", parse_cloud, options=parse_options, clock=parse_clock) as server:
        yield server


@pytest.fixture
def parse_client(parse_server: TestServer) -> Client:
    """A client of the server that is signed in as nobody."""
    return parse_server.client


@pytest.fixture
def parse_mail(parse_server: TestServer) -> deque[Mail]:
    """The mails that the server has sent, the oldest first."""
    return parse_server.mail


def _candidates(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The files that may be the cloud code, the nearest first: between the test and the root of the tests, or here."""
    root, here = request.config.rootpath, request.config.invocation_params.dir
    above = [folder for folder in request.path.parents if folder.is_relative_to(root)]
    for file in (folder / entry for folder in [*above, here] for entry in ENTRY_FILES):
        # A main.py may be that of another program.
        if file.is_file() and (file.parent.name == "cloud" or "parsepy" in file.read_text(encoding="utf-8")):
            yield file.resolve()


def _call(module: str, name: str, *arguments: Any, **options: Any) -> Any:
    """Import something of parsepy now, and call it."""
    return getattr(importlib.import_module(module), name)(*arguments, **options)

"""Every option that Parse Server documents is read, from the file, from its variable and from its flag."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parsepy.settings.flags import add_arguments, flags_from, kebab_case, normalised
from parsepy.settings.kinds import GroupKind, GroupListKind
from parsepy.settings.not_yet import value_at
from parsepy.settings.options import Option, options_of
from parsepy.settings.reading import read_options
from parsepy.settings.settings import Settings
from parsepy.settings.sources import Sources

# One option a line with the variable that Parse Server documents for it, written down apart from the code.
NAMES = dict(line.split() for line in Path(__file__).with_name("names.txt").read_text().splitlines())

# What an option of a kind is set to: the text of a flag or variable, and what becomes of it.
SAMPLES: dict[str, str] = {
    "number": "7",
    "string": "some text",
    "list": "a,b",
    "object": '{"key": "value"}',
    "list of objects": '[{"key": "value"}]',
    "object or list": '[{"key": "value"}]',
    "size": "5mb",
    "URL": "https://example.com/api",
    "path": "/other",
    "folder": "/var/log/parse",
    "number or true": "3",
    "path or module:name": "cloud/main.py",
    "number or days": "10d",
    "regex": "^a+$",
    "path pattern": "/functions/:name",
    "list of methods": "POST,PUT",
    "list of regexes": "^a+,b",
    "list of IPs": "10.0.0.1,10.1.0.0/16",
    "bool, number or list": "2",
    "database URI": "sqlite:///./data.db",
}
SPECIAL: dict[str, str] = {
    "analyticsAdapter": "AnalyticsAdapter",
    "cacheAdapter": "parse-server/lib/Adapters/Cache/RedisCacheAdapter",
    "emailAdapter": "@parse/simple-mailgun-adapter",
    "filesAdapter": '{"module": "@parse/fs-files-adapter", "options": {"filesSubDirectory": "x"}}',
    "loggerAdapter": "winston",
    "liveQuery.pubSubAdapter": "redis",
    "liveQuery.wssAdapter": "ws",
    "liveQueryServerOptions.pubSubAdapter": "redis",
    "liveQueryServerOptions.wssAdapter": "ws",
    "push": '{"android": {"firebaseServiceAccount": {}}}',
    "protectedFields": '{"Score": {"*": ["secret"]}}',
    "logLevel": "debug",
    "liveQueryServerOptions.logLevel": "debug",
    "rateLimit.zone": "user",
    "installation.duplicateDeviceTokenAction": "update",
    "installation.duplicateDeviceTokenMergePriority": "installationId",
    **{name: "silly" for name in NAMES if name.startswith("logLevels.")},
}


def every_option(cls: type[Any] = Settings, path: str = "") -> Iterator[tuple[str, Option]]:
    for option in options_of(cls):
        yield path + option.wire, option
        if isinstance(option.kind, GroupKind | GroupListKind):
            yield from every_option(option.kind.group, f"{path}{option.wire}.")


OPTIONS = dict(every_option())
MAIN = [name for name in NAMES if "." not in name and not isinstance(OPTIONS[name].kind, GroupKind | GroupListKind)]
NESTED = [name for name in NAMES if "." in name and not isinstance(OPTIONS[name].kind, GroupKind | GroupListKind)]


def sample(name: str) -> str:
    """A text that sets the option to something else than its default."""
    option = OPTIONS[name]
    if option.kind.label == "bool":
        return "false" if option.default is True else "true"
    return SPECIAL.get(name) or SAMPLES[option.kind.label]


def as_json(text: str) -> object:
    """What stands in a file instead of the text."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def read(**sources: Any) -> Settings:
    outcome = read_options(Settings, Sources(**sources))
    assert outcome.mistakes == ()
    return outcome.value


def value_of(settings: Settings, name: str) -> object:
    if name.startswith("rateLimit."):
        return value_at(settings.rate_limit[0], name.removeprefix("rateLimit."))
    return value_at(settings, name)


def enclosed(name: str, value: object) -> dict[str, Any]:
    """`{"a": {"b": value}}` for `a.b`."""
    head, _, rest = name.partition(".")
    inner = enclosed(rest, value) if rest else value
    return {head: [inner] if head == "rateLimit" and rest else inner}


def flags(*arguments: str) -> dict[str, object]:
    parser = ArgumentParser(allow_abbrev=False)
    add_arguments(parser)
    return flags_from(parser.parse_args(normalised(arguments)))


def test_the_options_are_those_of_parse_server_and_a_few_marked_as_ours() -> None:
    ours = {name for name, option in OPTIONS.items() if option.ours}
    without_variable = {f"pages.customRoutes.{key}" for key in ("method", "path", "handler")}

    assert OPTIONS.keys() == NAMES.keys() | ours | without_variable
    limits = {
        f"liveQueryServerOptions.{name}" for name in ("maxClients", "maxClientsPerAddress", "maxSubscriptionsPerClient")
    }
    main = {
        "cloudDeploy",
        "dashboard",
        "endpointsPath",
        "filesFolder",
        "scheduleJobs",
        "workerBlockedSeconds",
        "workerMemory",
    }
    assert ours == {*main, *limits, "liveQuery.resumeSeconds"}


@pytest.mark.parametrize("name", NAMES)
def test_the_variable_is_the_one_that_parse_server_documents(name: str) -> None:
    assert OPTIONS[name].env == NAMES[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_what_it_means_in_one_sentence(name: str) -> None:
    doc = OPTIONS[name].doc

    assert doc.endswith(".")
    assert doc[0].isupper()


@pytest.mark.parametrize("name", MAIN)
def test_an_option_means_the_same_in_file_variable_and_flag(name: str) -> None:
    text = sample(name)
    found = value_of(read(file={name: as_json(text)}), name)

    assert found != OPTIONS[name].default
    assert value_of(read(environ={NAMES[name]: text}), name) == found
    assert value_of(read(flags=flags(f"--{name}", text)), name) == found


@pytest.mark.parametrize("name", NESTED)
def test_a_nested_option_means_the_same_in_file_own_variable_objects_variable_and_flag(name: str) -> None:
    text = sample(name)
    outer, inner = name.split(".", 1)
    given = enclosed(name, as_json(text))
    found = value_of(read(file=given), name)
    as_text = json.dumps(given[outer])

    assert found != OPTIONS[name].default
    assert inner
    assert value_of(read(environ={NAMES[name]: text}), name) == found
    assert value_of(read(environ={NAMES[outer]: as_text}), name) == found
    assert value_of(read(flags=flags(f"--{outer}", as_text)), name) == found


@pytest.mark.parametrize("name", NAMES)
def test_null_in_the_file_leaves_the_default(name: str) -> None:
    if name == "logsFolder":
        assert read(file={name: None}).logs_folder is None
    elif not name.startswith("rateLimit."):
        assert read(file={name.partition(".")[0]: None}) == read()


@pytest.mark.parametrize("name", MAIN)
def test_a_flag_may_be_written_in_kebab_case(name: str) -> None:
    kebab = kebab_case(name)

    assert kebab == kebab.lower()
    assert flags(f"--{kebab}", sample(name)) == {name: sample(name)}


def test_variables_of_a_rate_limit_make_one_limit_more() -> None:
    file = {"rateLimit": [{"requestPath": "/login"}]}
    environ = {"PARSE_SERVER_RATE_LIMIT_REQUEST_PATH": "/users"}

    assert [limit.request_path for limit in read(file=file, environ=environ).rate_limit] == ["/login", "/users"]


def test_a_single_object_is_a_list_of_one_rate_limit() -> None:
    assert read(file={"rateLimit": {"requestPath": "/login"}}).rate_limit[0].request_path == "/login"

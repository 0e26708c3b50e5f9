"""How options are given on the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import pytest

from parsepy.settings.flags import add_arguments, flags_from, kebab_case, normalised, unknown_flag


def parsed(*arguments: str) -> Namespace:
    parser = ArgumentParser(allow_abbrev=False)
    parser.add_argument("config", nargs="?")
    add_arguments(parser)
    return parser.parse_args(normalised(arguments))


@pytest.mark.parametrize(
    ("arguments", "config", "flags"),
    [
        ((), None, {}),
        (("c.json",), "c.json", {}),
        (("--silent", "c.json"), "c.json", {"silent": "true"}),
        (("--silent", "false", "c.json"), "c.json", {"silent": "false"}),
        (("--silent=0", "c.json"), "c.json", {"silent": "0"}),
        (("--silent", "--verbose"), None, {"silent": "true", "verbose": "true"}),
        (("--cluster", "c.json"), "c.json", {"cluster": "true"}),
        (("--cluster", "3"), None, {"cluster": "3"}),
        (("--allow-client-class-creation", "c.json"), "c.json", {"allowClientClassCreation": "true"}),
        (("--port=80", "--max-upload-size", "5mb"), None, {"port": "80", "maxUploadSize": "5mb"}),
    ],
)
def test_only_flags_that_were_given_are_passed_on(
    arguments: tuple[str, ...], config: str | None, flags: dict[str, str]
) -> None:
    namespace = parsed(*arguments)

    assert namespace.config == config
    assert flags_from(namespace) == flags


def test_flags_of_the_command_itself_are_left_out() -> None:
    assert flags_from(Namespace(config="c.json", watch=True)) == {}


@pytest.mark.parametrize(
    ("wire", "kebab"),
    [
        ("appId", "app-id"),
        ("restAPIKey", "rest-api-key"),
        ("databaseURI", "database-uri"),
        ("mountGraphQL", "mount-graphql"),
    ],
)
def test_a_name_is_turned_into_kebab_case(wire: str, kebab: str) -> None:
    assert kebab_case(wire) == kebab


@pytest.mark.parametrize(
    ("argument", "fix"),
    [
        ("--masterkey=x", "Did you mean --masterKey? Otherwise remove it"),
        ("--liveQuery.classNames", "Give --liveQuery as JSON, or use the variable or the file"),
        ("--zzz", "Remove it; docs/settings.md lists every option"),
    ],
)
def test_an_unknown_flag_is_told_with_what_to_do(argument: str, fix: str) -> None:
    mistake = unknown_flag(argument)

    assert mistake.fix == fix
    assert "=x" not in str(mistake)


def test_the_help_names_every_flag_with_its_variable() -> None:
    parser = ArgumentParser(allow_abbrev=False)
    add_arguments(parser)

    text = " ".join(parser.format_help().split())
    assert "--appId" in text
    assert "Variable: PARSE_SERVER_APPLICATION_ID" in text

"""The command line's flags: one for every option, named as Parse Server names it or in kebab-case."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from parsepy.settings.kinds import CLUSTER, GroupKind, GroupListKind
from parsepy.settings.mistakes import Mistake, suggestion
from parsepy.settings.options import Option, options_of
from parsepy.settings.services import DASHBOARD, DEPLOY
from parsepy.settings.settings import SECTIONS, Settings

_BEGINNING = "option:"
# What may stand alone (`--silent`) and then means true.
_SWITCHES = frozenset({"bool", CLUSTER.label, DASHBOARD.label, DEPLOY.label})


def kebab_case(wire: str) -> str:
    """`maxUploadSize` becomes `max-upload-size`, `restAPIKey` `rest-api-key`."""
    words = wire.replace("GraphQL", "Graphql").replace("graphQL", "graphql")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", words).lower()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add a flag for every option. Make the parser with `allow_abbrev=False` and give it `normalised` arguments."""
    for section in SECTIONS:
        group = parser.add_argument_group((section.__doc__ or "").strip())
        for option in options_of(section):
            _add(group, option)


def _add(group: argparse._ArgumentGroup, option: Option) -> None:
    is_switch = option.kind.label in _SWITCHES
    is_json = isinstance(option.kind, GroupKind | GroupListKind)
    group.add_argument(
        *dict.fromkeys((f"--{option.wire}", f"--{kebab_case(option.wire)}")),
        dest=_BEGINNING + option.wire,
        default=argparse.SUPPRESS,
        metavar="JSON" if is_json else option.kind.label.upper().replace(" ", "-"),
        help=f"{option.doc} Variable: {option.env}".replace("%", "%%"),
        nargs="?" if is_switch else None,
        const="true" if is_switch else None,
    )


def normalised(arguments: Sequence[str]) -> list[str]:
    """The arguments with `--silent config.json` written as `--silent=true config.json`.

    Otherwise argparse takes the next argument for the value of the switch; `--silent false` keeps its meaning.
    """
    switches = {
        name
        for option in options_of(Settings)
        if option.kind.label in _SWITCHES
        for name in (f"--{option.wire}", f"--{kebab_case(option.wire)}")
    }
    following = [*arguments, ""][1:]
    return [
        f"{argument}=true" if argument in switches and not _is_switch_value(after) else argument
        for argument, after in zip(arguments, following, strict=True)
    ]


def _is_switch_value(text: str) -> bool:
    return text.strip().lower() in {"true", "false", "1", "0"} or text.strip().isdecimal() or text.startswith("{")


def flags_from(namespace: argparse.Namespace) -> dict[str, object]:
    """The flags that were given, by wire name, as `load` takes them."""
    return {
        name.removeprefix(_BEGINNING): value for name, value in vars(namespace).items() if name.startswith(_BEGINNING)
    }


def unknown_flag(argument: str) -> Mistake:
    """What to tell about an argument that is no flag; a nested option is told how it is given."""
    name = argument.lstrip("-").partition("=")[0]
    known = [option.wire for option in options_of(Settings)]
    outer = name.partition(".")[0]
    if outer != name and outer in known:
        fix = f"Give --{outer} as JSON, or use the variable or the file"
    else:
        fix = suggestion(name, known).replace("Did you mean ", "Did you mean --")
    return Mistake(f"--{name}", "flag", "is not an option", fix)

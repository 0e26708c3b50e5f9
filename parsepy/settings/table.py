"""Writes docs/settings.md: `python -m parsepy.settings.table > docs/settings.md`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from parsepy.settings.kinds import GroupKind, GroupListKind
from parsepy.settings.not_yet import NOT_YET
from parsepy.settings.options import Option, Options, options_of
from parsepy.settings.settings import SECTIONS

_INTRODUCTION = """\
# Settings

This file is made by `python -m parsepy.settings.table`; do not edit it.

An option may stand in a JSON file (`parsepy serve config.json`), in a variable of the environment, or in a flag.
A flag wins over the variable, the variable over the file, the file over the default.
Every flag is called like the option: `--maxUploadSize 5mb`, or `--max-upload-size 5mb`.
A configuration file of Parse Server works as it is, except for what it names that cannot run here: adapters for Node.
Wrong values stop the start, and all mistakes are told at once.

In variables and flags a list is written `a,b` or as JSON, an object as JSON.
The options inside an object have variables of their own, which win over the object's variable and the file.
An empty variable counts as not set.

Several apps in one process: `{"port": 1337, "apps": [{"appId": "one", …}, {"appId": "two", …}]}`.
What stands beside `apps` holds for all of them; options marked *process* can only stand there.

Options marked *not yet* are read and checked but have no effect in this version; [the list](#not-yet) says why.
Options marked *parsepy* do not exist in Parse Server.
"""

_DIFFERENCES = """\
## Defaults that differ from Parse Server 9.10

`requestComplexity` has the limits that Parse Server has announced for its next version; each can be switched off with -1.
`databaseURI` may be left out: the data then live in an SQLite file.
Everything else has Parse Server's default.
"""


def markdown_table() -> str:
    """The whole text of docs/settings.md."""
    return "\n".join([_INTRODUCTION, _DIFFERENCES, *_sections(), *_not_yet()])


def _sections() -> Iterator[str]:
    for section in SECTIONS:
        yield from _table((section.__doc__ or "").strip(), section, "")
        for option in options_of(section):
            yield from _nested(option, "")


def _nested(option: Option, path: str) -> Iterator[str]:
    if not isinstance(option.kind, GroupKind | GroupListKind):
        return
    name = path + option.wire + ("[]" if isinstance(option.kind, GroupListKind) else "")
    yield from _table(f"`{name}`", option.kind.group, name + ".")
    for inner in options_of(option.kind.group):
        yield from _nested(inner, name + ".")


def _table(title: str, cls: type[Options], path: str) -> Iterator[str]:
    yield f"## {title}\n" if not path else f"### {title}\n"
    if path:
        yield f"{(cls.__doc__ or '').strip()}\n"
    yield "| Option | Variable | Kind | Default | Meaning |"
    yield "|---|---|---|---|---|"
    for option in options_of(cls):
        variable = f"`{option.env}`" if option.env else ""
        yield f"| `{option.wire}` | {variable} | {option.kind.label} | {_default(option)} | {_meaning(option, path)} |"
    yield ""


def _meaning(option: Option, path: str) -> str:
    name = path.replace("[]", "") + option.wire
    waiting = {entry.option for entry in NOT_YET}
    parts = name.split(".")
    marks = [
        *(["*process*"] if option.process else []),
        *(["*parsepy*"] if option.ours else []),
        *(["*not yet*"] if any(".".join(parts[:end]) in waiting for end in range(1, len(parts) + 1)) else []),
    ]
    return " ".join([option.doc, *marks]).replace("|", "\\|")


def _default(option: Option) -> str:
    """The default as it would stand in the file."""
    match option.shown, option.default:
        case str(shown), _:
            text = shown
        case _, None | "":
            return ""
        case _, Options():
            text = "{}"
        case _, tuple() as entries:
            text = json.dumps(entries)
        case _, value:
            text = json.dumps(value)
    return f"`{text}`".replace("|", "\\|")


def _not_yet() -> Iterator[str]:
    yield "## Not yet\n"
    yield "Setting one of these warns at start; nothing else happens.\n"
    yield "Those marked **unsafe** are meant to protect the app and do not: the warning says so in capitals.\n"
    yield "| Option | Why |"
    yield "|---|---|"
    for entry in NOT_YET:
        yield f"| `{entry.option}` | {entry.reason}{' **unsafe**' if entry.loud else ''} |"
    yield ""
    yield "These stop the start instead, because going on without them would be wrong:\n"
    yield "- `databaseAdapter`;"
    yield "- `filesAdapter` with a module for S3, Google Cloud Storage or Azure, or with `encryptionKey`;"
    yield "- `fileKey` with files in GridFS;"
    yield "- `cloud` with a TypeScript file;"
    yield "- any module that no table in parsepy knows."
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown_table())

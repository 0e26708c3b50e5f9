"""The process that looks into a release: `python -m parsepy.cli.releases.look CODE ENTRY REPORT [PACKAGES]` writes faults."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from parsepy.cloud.loader import LoadError, load

FOREIGN = frozenset({"node_modules", "__pycache__"})


def main(arguments: Sequence[str]) -> int:
    """Look and write the report: a JSON list of texts. What the code itself does may end this process before."""
    code, entry, report = map(Path, arguments[:3])
    sys.path.extend(packages for packages in arguments[3:] if packages)
    found = list(syntax_errors(code))
    if not found and entry.suffix in {".py", ""}:
        found = list(loading_errors(entry))
    report.write_text(json.dumps(found), encoding="utf-8")
    return 0


def syntax_errors(code: Path) -> Iterator[str]:
    """`file:line: what is wrong` for every Python file that is none."""
    for path in sorted(code.rglob("*.py")):
        if FOREIGN.intersection(path.relative_to(code).parts):
            continue
        try:
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
        except SyntaxError as exc:
            yield f"{path}:{exc.lineno}: SyntaxError: {exc.msg}"
        except ValueError as exc:
            yield f"{path}: {exc}"


def loading_errors(entry: Path) -> Iterator[str]:
    """What loading the cloud code says: failing imports, names that are registered twice, no `Cloud()`."""
    try:
        load(str(entry))
    except LoadError as exc:
        yield str(exc)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The commands of `parsepy cloud`: their arguments, and what each does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parsepy.cli.cloud import arguments, bundles, calls, logs, releases, scaffold, targets
from parsepy.cli.cloud.console import Console, kib
from parsepy.cli.cloud.failures import CommandError
from parsepy.cli.cloud.remote import Remote

DEFAULT_FOLDER = Path("cloud")
INTERRUPTED = 130


@dataclass(frozen=True)
class Run:
    """One command under way."""

    given: argparse.Namespace
    environ: Mapping[str, str]
    console: Console

    def remote(self, server: str | None, app_id: str | None = None, master_key: str | None = None) -> Remote:
        """The server, with the keys for it. Raises MistakeError."""
        target = targets.find(targets.Given(server, app_id, master_key), self.environ)
        if target.is_exposed:
            self.console.note(f"warning: {target.url} is not https: the master key can be read on its way")
        return Remote(target)

    @property
    def server(self) -> Remote:
        """The one server that most commands speak to."""
        return self.remote(self.given.to, self.given.app_id, self.given.master_key)


def main(given: Sequence[str]) -> int:
    """Run `parsepy cloud` with these arguments; gives the exit code: 0, 1 for a failure, 2 for a mistake."""
    parsed = arguments.parser().parse_args(given)
    console = Console()
    try:
        COMMANDS[parsed.command](Run(parsed, os.environ, console))
    except CommandError as exc:
        console.note(str(exc))
        return exc.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our lines has had enough; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _init(run: Run) -> None:
    run.console.result(scaffold.write(run.given.folder))


def _deploy(run: Run) -> None:
    bundle = bundles.pack(run.given.folder or (DEFAULT_FOLDER if DEFAULT_FOLDER.is_dir() else Path()))
    server = run.server
    run.console.note(f"{len(bundle.files)} files, {kib(bundle.size)}")
    _live(run, server, releases.upload(server, bundle.data, run.given.note, run.console))


def _releases(run: Run) -> None:
    found, active = releases.listing(run.server)
    run.console.result(releases.table(found, active) if found else "There are no releases.")


def _rollback(run: Run) -> None:
    server = run.server
    release_id = run.given.release or releases.previous(server)
    releases.activate(server, release_id)
    _live(run, server, release_id)


def _logs(run: Run) -> None:
    logs.show(run.server, run.console, follow=run.given.follow, wait=releases.Wait())


def _run(run: Run) -> None:
    calls.call(run.server, run.given.function, run.given.parameters, run.console, session=run.given.session)


def _promote(run: Run) -> None:
    given = run.given
    source = run.remote(given.source, given.from_app_id or given.app_id, given.from_master_key or given.master_key)
    server = run.server
    release_id = given.release or releases.active(source)
    bundle = releases.download(source, release_id)
    note = given.note or f"release {release_id} of {source.target.url}"
    _live(run, server, releases.upload(server, bundle, note, run.console))


def _live(run: Run, server: Remote, release_id: str) -> None:
    """Follow a release until it is live."""
    releases.follow(server, release_id, run.console, releases.Wait(run.given.timeout))
    run.console.result(f"release {release_id} is live on {server.target.url}")


COMMANDS: Mapping[str, Callable[[Run], None]] = {
    "init": _init,
    "deploy": _deploy,
    "releases": _releases,
    "rollback": _rollback,
    "logs": _logs,
    "run": _run,
    "promote": _promote,
}

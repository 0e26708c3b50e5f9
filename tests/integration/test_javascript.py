"""Cloud code in JavaScript: how a Node process is started, what becomes of it, and what it asks of the server."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from parsepy.cloud.loader import LoadError
from parsepy.javascript.cloud import ScriptCloud
from tests.inprocess import Client, started

pytestmark = pytest.mark.slow

PACKAGES = Path(__file__).parents[1] / "compat/node_modules"
Running = Callable[..., AbstractAsyncContextManager[tuple[Client, ScriptCloud]]]


@pytest.fixture
def running(tmp_path: Path) -> Running:
    """A server with this text as its main.js."""
    (tmp_path / "node_modules").symlink_to(PACKAGES)

    @asynccontextmanager
    async def run(
        text: str, name: str = "main.js", *, options: Any = None
    ) -> AsyncIterator[tuple[Client, ScriptCloud]]:
        script = tmp_path / name
        script.write_text(text)
        cloud = ScriptCloud(script)
        async with started(options or {}, cloud, folder=tmp_path) as client:
            yield client, cloud

    return run


async def until(reached: Callable[[], bool]) -> None:
    for _ in range(1200):
        if reached():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came to that")


HELLO = "Parse.Cloud.define('hello', request => `Hello ${request.params.name}`);\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("main.js", HELLO),
        ("main.cjs", HELLO),
        ("main.mjs", f"import Parse from 'parse/node';\nawait Promise.resolve();\n{HELLO}"),
        ("main.js", f"require('./other');\n{HELLO}"),
    ],
    ids=["js", "cjs", "mjs", "with another file"],
)
async def test_a_script_of_every_kind_is_run(running: Running, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "other.js").write_text("module.exports = 1;")
    async with running(text, name) as (client, _):
        assert (await client.post("/functions/hello", {"name": "Ann"})).body == {"result": "Hello Ann"}


async def test_a_package_of_type_module_may_await_the_server_while_it_loads(running: Running, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"type": "module"}')
    text = "const config = await Parse.Config.get();\nParse.Cloud.define('seen', () => config.attributes);\n"
    async with running(text) as (client, _):
        assert (await client.post("/functions/seen")).body == {"result": {}}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Parse.Cloud.define('x', () => {", "main.js:1"),
        ("require('./nowhere');", "Cannot find module './nowhere'"),
        ("throw new Error('not today');", "not today"),
        ("process.exit(3);", "exit code 3"),
        ("Parse.Cloud.define('x', () => 1, {requireUsr: true});", "requireUsr is not a supported parameter"),
        ("Parse.Cloud.define('x', () => 1, {fields: {a: {type: Map}}});", "main.js:1: function x: Invalid type"),
    ],
    ids=["syntax", "module", "exception", "exit", "unknown rule", "rule of a wrong type"],
)
async def test_a_script_that_cannot_be_loaded_stops_the_start(running: Running, text: str, told: str) -> None:
    with pytest.raises(LoadError) as raised:
        async with running(text):
            pass

    assert told in str(raised.value)


async def test_what_is_missing_is_named(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "node_modules").unlink()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LoadError, match="npm install parse"):
        async with running(HELLO):
            pass
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LoadError, match=r"needs Node.js, and there is no node"):
        async with running(HELLO):
            pass


async def test_a_process_that_ends_is_replaced_and_fails_only_what_ran(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"{HELLO}Parse.Cloud.define('crash', () => process.exit(7));\n"
    text += "Parse.Cloud.define('wait', () => new Promise(resolve => setTimeout(resolve, 600000)));\n"
    async with running(text) as (client, cloud):
        first = cloud.pid
        waiting = asyncio.ensure_future(client.post("/functions/wait"))
        await asyncio.sleep(0)
        crashed = await client.post("/functions/crash")
        lost = await waiting
        again = await client.post("/functions/hello", {"name": "again"})

        assert (crashed.code, lost.code, again.body) == (141, 141, {"result": "Hello again"})
        assert cloud.pid != first
    assert "ended with exit code 7 and is replaced" in caplog.text


async def test_a_process_that_is_killed_is_replaced(running: Running) -> None:
    async with running(HELLO) as (client, cloud):
        first = cloud.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: cloud.pid != first)

        assert (await client.post("/functions/hello", {"name": "Ann"})).body == {"result": "Hello Ann"}


async def test_a_process_that_is_blocked_is_replaced(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    text = f"{HELLO}Parse.Cloud.define('block', () => {{ for (;;); }});\n"
    async with running(text, options={"workerBlockedSeconds": 2}) as (client, cloud):
        first = cloud.pid
        blocked = await client.post("/functions/block")

        assert blocked.code == 141
        assert (await client.post("/functions/hello", {"name": "Ann"})).body == {"result": "Hello Ann"}
        assert cloud.pid != first
    assert "held up for 2 s by: function block" in caplog.text


async def test_a_process_that_is_busy_but_answers_stays(running: Running) -> None:
    text = "Parse.Cloud.define('long', () => new Promise(resolve => setTimeout(() => resolve('done'), 3500)));\n"
    async with running(text, options={"workerBlockedSeconds": 2}) as (client, cloud):
        first = cloud.pid

        assert (await client.post("/functions/long")).body == {"result": "done"}
        assert cloud.pid == first


async def test_a_promise_that_nobody_waits_for_ends_no_process(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    text = "Parse.Cloud.define('leave', () => { Promise.reject(new Error('forgotten')); return 'left'; });\n"
    async with running(text) as (client, cloud):
        first = cloud.pid

        assert (await client.post("/functions/leave")).body == {"result": "left"}
        await until(lambda: "forgotten" in caplog.text)
        assert cloud.pid == first


async def test_the_process_ends_with_the_server(running: Running) -> None:
    async with running(HELLO) as (_, cloud):
        pid = cloud.pid
    assert pid is not None

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


ALONE = """
import asyncio, pathlib, sys
from parsepy.javascript.process import NodeProcess, Script

async def run():
    process = NodeProcess(None, None)
    loading = asyncio.ensure_future(process.start(Script(pathlib.Path(sys.argv[1]), {"appId": "a", "serverURL": "x"})))
    while not hasattr(process, "_process"):
        await asyncio.sleep(0.05)
    print(process.pid, flush=True)
    await loading

asyncio.run(run())
"""


async def test_a_blocked_process_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(PACKAGES)
    begun = tmp_path / "started"
    (tmp_path / "main.js").write_text(f"require('fs').writeFileSync('{begun}', ''); for (;;);")
    argv = [sys.executable, "-c", ALONE, str(tmp_path / "main.js")]
    server = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    assert server.stdout is not None
    pid = int(await server.stdout.readline())
    await until(begun.exists)
    server.kill()
    await server.wait()

    await until(lambda: not runs(pid))


def runs(pid: int) -> bool:
    """Whether there is such a process; one that nobody waited for has ended all the same."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def test_what_is_registered_twice_counts_as_it_was_last(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    text = "Parse.Cloud.define('twice', () => 1);\nParse.Cloud.define('twice', () => 2);\n"
    async with running(text) as (client, _):
        assert (await client.post("/functions/twice")).body == {"result": 2}
    assert "main.js:2" in caplog.text


async def test_what_is_registered_later_counts_from_then_on(running: Running) -> None:
    text = "Parse.Cloud.define('more', () => { Parse.Cloud.define('late', () => 'late'); });\n"
    async with running(text) as (client, _):
        assert (await client.post("/functions/late")).code == 141
        await client.post("/functions/more")

        assert (await client.post("/functions/late")).body == {"result": "late"}


async def test_triggers_of_live_queries_are_kept(running: Running) -> None:
    text = "Parse.Cloud.beforeConnect(() => {});\nParse.Cloud.beforeSubscribe('Score', () => {});\n"
    text += "Parse.Cloud.afterLiveQueryEvent('Score', () => {});\nParse.Cloud.onLiveQueryEvent(() => {});\n"
    async with running(text) as (_, cloud):
        kept = {*cloud.later, *(f"{trigger} {name}" for trigger, name in cloud.triggers)}

    assert {"beforeConnect @Connect", "beforeSubscribe Score", "afterEvent Score", "onLiveQueryEvent "} == kept


async def test_reloading_takes_the_new_script_or_keeps_the_old(running: Running, tmp_path: Path) -> None:
    async with running(HELLO) as (client, cloud):
        (tmp_path / "main.js").write_text("Parse.Cloud.define('bye', () => 'Bye');\n")
        await cloud.reload()
        assert (await client.post("/functions/bye")).body == {"result": "Bye"}
        (tmp_path / "main.js").write_text("nonsense(")
        with pytest.raises(LoadError):
            await cloud.reload()

        assert (await client.post("/functions/bye")).body == {"result": "Bye"}
        assert (await client.post("/functions/hello")).code == 141


async def test_reloading_lets_running_calls_end(running: Running, tmp_path: Path) -> None:
    text = "Parse.Cloud.define('wait', () => new Promise(resolve => setTimeout(() => resolve('waited'), 1500)));\n"
    async with running(text) as (client, cloud):
        first = cloud.pid
        waiting = asyncio.ensure_future(client.post("/functions/wait"))
        await asyncio.sleep(0.1)
        (tmp_path / "main.js").write_text("Parse.Cloud.define('bye', () => 'Bye');\n")
        await cloud.reload()

        assert cloud.pid != first
        assert (await client.post("/functions/bye")).body == {"result": "Bye"}
        assert (await waiting).body == {"result": "waited"}


NESTED = """
Parse.Cloud.beforeSave('Outer', async request => {
  await new Parse.Object('Inner', { name: request.object.get('name') }).save(null, { useMasterKey: true });
  if (request.object.get('name') === 'bad') throw new Parse.Error(4242, 'refused');
});
"""


async def test_what_triggers_save_in_a_transaction_is_undone_with_it(running: Running, tmp_path: Path) -> None:
    options = {"databaseURI": f"sqlite:///{tmp_path / 'data.db'}"}
    async with running(NESTED, options=options) as (client, _):
        for name in ("Outer", "Inner"):
            await client.as_("master").post(f"/schemas/{name}", {"fields": {"name": {"type": "String"}}})
        bodies = [{"name": "good"}, {"name": "bad"}]
        entries = [{"method": "POST", "path": "/parse/classes/Outer", "body": body} for body in bodies]
        answer = await client.post("/batch", {"requests": entries, "transaction": True})

        assert answer.code == 4242
        assert (await client.as_("master").get("/classes/Inner")).body == {"results": []}


async def test_triggers_that_set_off_themselves_are_stopped(running: Running) -> None:
    text = "Parse.Cloud.afterSave('Loop', () => new Parse.Object('Loop').save());\n"
    text += "Parse.Cloud.define('deep', () => Parse.Cloud.run('deep'));\n"
    async with running(text) as (client, _):
        answer = await client.post("/functions/deep")

        assert "set off itself" in answer.body["error"]
        assert (await client.post("/classes/Loop", {})).status == 201


async def test_calls_inside_have_no_rights_but_those_they_ask_for(running: Running) -> None:
    text = """
    Parse.Cloud.define('count', async request => {
      const { how } = request.params;
      const token = request.user && request.user.getSessionToken();
      const options = { none: undefined, caller: { sessionToken: token }, master: { useMasterKey: true } }[how];
      return new Parse.Query('Secret').count(options);
    });
    """
    async with running(text) as (client, _):
        ann = await client.sign_up("ann")
        await client.as_("master").post("/classes/Secret", {"ACL": ann.only()})
        asked = [
            ("none", ann.token),
            ("caller", ann.token),
            ("caller", "client"),
            ("none", "master"),
            ("master", "client"),
        ]
        found = [(await client.as_(who).post("/functions/count", {"how": how})).body["result"] for how, who in asked]

    assert found == [0, 1, 0, 0, 1]


async def test_errors_are_in_the_log_with_their_stack(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    text = "const inner = () => { throw new Error('broken'); };\nParse.Cloud.define('fail', () => inner());\n"
    text += "Parse.Cloud.define('log', request => request.log.warn('%s things', 3));\n"
    async with running(text) as (client, _):
        assert (await client.post("/functions/fail")).body == {"code": 141, "error": "broken"}
        with caplog.at_level(logging.WARNING, "parsepy.cloud.user"):
            await client.post("/functions/log")

    assert "main.js:1" in caplog.text
    assert "3 things" in caplog.text


async def test_answers_carry_the_status_and_headers_that_a_handler_set(running: Running) -> None:
    text = """
    Parse.Cloud.define('made', (request, response) => response.status(201).header('X-Made', 'yes').success('x'));
    Parse.Cloud.define('split', (request, response) => response.header('X-Made', 'a\\r\\nX-Evil: b').success('x'));
    Parse.Cloud.define('odd', (request, response) => response.status(99).success('x'));
    """
    async with running(text) as (client, _):
        made = await client.post("/functions/made")
        refused = [(await client.post(f"/functions/{name}")).code for name in ("split", "odd")]

    assert (made.status, made.headers["X-Made"], made.body) == (201, "yes", {"result": "x"})
    assert refused == [141, 141]


async def test_large_values_go_through_the_socket_in_both_directions(running: Running) -> None:
    text = "Parse.Cloud.define('echo', request => request.params.text);\n"
    async with running(text) as (client, _):
        long = "ä" * 3_000_000
        answer = await client.post("/functions/echo", {"text": long})

    assert answer.body["result"] == long


async def test_bytes_become_files_and_files_are_removed(running: Running) -> None:
    text = """
    Parse.Cloud.define('keep', async () => {
      const file = new Parse.File('a b.txt', Buffer.from('kept'));
      return (await file.save({ useMasterKey: true })).name();
    });
    Parse.Cloud.define('drop', request => {
      const file = Parse.File.fromJSON({ __type: 'File', ...request.params });
      return file.destroy({ useMasterKey: true });
    });
    """
    async with running(text) as (client, _):
        name = (await client.post("/functions/keep")).body["result"]
        path = f"/files/test/{name.replace(' ', '%20')}"
        kept = await client.get(path)
        await client.post("/functions/drop", {"name": name, "url": "http://127.0.0.1:1337/parse/files/x"})

        assert (kept.body, (await client.get(path)).status) == (b"kept", 404)


async def test_mails_leave_by_the_mailer_of_the_server(running: Running) -> None:
    text = (
        "Parse.Cloud.define('mail', () => Parse.Cloud.sendEmail({to: 'ann@example.com', subject: 'Hi', text: 'x'}));\n"
    )
    async with running(text) as (client, _):
        await client.post("/functions/mail")
        mailer: Any = client.app.mailer

        assert [mail.subject for mail in mailer.sent] == ["Hi"]

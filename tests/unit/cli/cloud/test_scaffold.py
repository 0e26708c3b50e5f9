"""What `parsepy cloud init` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsepy import ParseError
from parsepy.cli import main
from parsepy.cli.cloud import bundles
from parsepy.cloud import loader
from parsepy.testing import TestServer


async def test_the_code_works_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cloud", "init", str(tmp_path)]) == 0
    assert f"pytest {tmp_path}/cloud" in capsys.readouterr().out

    async with TestServer(loader.load(str(tmp_path / "cloud/main.py"))) as server:
        assert await server.client.run("hello", name="Ann") == "Hello Ann"
        with pytest.raises(ParseError, match="No cheating!"):
            await server.client.create("GameScore", score=9001)


def test_the_code_can_be_deployed(tmp_path: Path) -> None:
    main(["cloud", "init", str(tmp_path)])

    assert bundles.pack(tmp_path / "cloud").files == ("main.py", "requirements.txt", "tests/test_main.py")


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud/main.py").write_text("mine\n")

    assert main(["cloud", "init", str(tmp_path)]) == 2
    assert "Nothing was written, these files exist already" in capsys.readouterr().err
    assert sorted(path.name for path in (tmp_path / "cloud").iterdir()) == ["main.py"]

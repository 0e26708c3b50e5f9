"""Loading cloud code from files, folders and modules, and again after a change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsepy.cloud import loader
from parsepy.cloud.loader import LoadError

CODE = "from parsepy import Cloud\ncloud = Cloud()\n@cloud.define('{}')\nasync def f(request): return 1\n"


@pytest.fixture(autouse=True)
def _unchanged_imports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    before = dict(sys.modules)
    yield
    for name in sys.modules.keys() - before.keys():
        del sys.modules[name]


def write(path: str, text: str) -> Path:
    file = Path(path).resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("file", "spec"),
    [
        ("code/main.py", "code/main.py"),
        ("code/main.py", "./code/main.py"),
        ("code/main.py", "code"),
        ("code/__init__.py", "code/"),
        ("main_code.py", "main_code"),
        ("pkg/inner/main.py", "pkg.inner.main"),
        ("pkg/inner/main.py", "pkg.inner.main:cloud"),
    ],
)
def test_cloud_code_is_found(file: str, spec: str) -> None:
    write(file, CODE.format("hello"))

    assert loader.load(spec).function_names == ("hello",)
    assert loader.folder(spec) == Path(file).resolve().parent


@pytest.mark.parametrize("package", [True, False])
@pytest.mark.parametrize(
    "statement", ["import scores", "from scores import register", "from code_.scores import register"]
)
def test_main_may_import_its_neighbours(package: bool, statement: str) -> None:
    write("code_/scores.py", "def register(cloud): cloud.define('neighbour')(lambda request: 1)\n")
    call = "scores.register(cloud)" if statement == "import scores" else "register(cloud)"
    write("code_/main.py", f"{statement}\n{CODE.format('hello')}{call}\n")
    if package:
        write("code_/__init__.py", "")

    assert loader.load("code_/main.py").function_names == ("hello", "neighbour")


def test_a_package_may_import_relatively() -> None:
    write("code_/__init__.py", "")
    write("code_/names.py", "NAME = 'relative'\n")
    write("code_/main.py", f"from .names import NAME\n{CODE.format('hello')}cloud.define(NAME)(lambda request: 1)\n")

    assert loader.load("code_/main.py").function_names == ("hello", "relative")


def test_a_change_is_seen_in_all_files() -> None:
    write("code_/names.py", "NAME = 'first'\n")
    write("code_/main.py", f"from names import NAME\n{CODE.format('hello')}cloud.define(NAME)(lambda request: 1)\n")
    assert loader.load("code_/main.py").function_names == ("first", "hello")

    write("code_/names.py", "NAME = 'other'\n")
    write("code_/main.py", Path("code_/main.py").read_text().replace("hello", "howdy"))
    assert loader.load("code_/main.py").function_names == ("howdy", "other")


def test_a_broken_change_leaves_the_loaded_modules() -> None:
    write("code_/names.py", "NAME = 'first'\n")
    write("code_/main.py", f"import names\n{CODE.format('hello')}")
    loader.load("code_/main.py")
    before = sys.modules["names"]

    write("code_/main.py", "import names\n1 / 0\n")
    with pytest.raises(LoadError):
        loader.load("code_/main.py")
    assert sys.modules["names"] is before


def test_two_apps_may_call_their_files_alike() -> None:
    for app in ("one", "two"):
        write(f"{app}/names.py", f"NAME = '{app}'\n")
        write(f"{app}/main.py", f"from names import NAME\n{CODE.format('f')}cloud.define(NAME)(lambda request: 1)\n")

    assert loader.load("one/main.py").function_names == ("f", "one")
    assert loader.load("two/main.py").function_names == ("f", "two")


def test_the_only_registry_may_have_any_name() -> None:
    write("main_code.py", CODE.format("hello").replace("cloud", "hooks"))
    assert loader.load("main_code.py").function_names == ("hello",)

    write("main_code.py", CODE.format("hello") + "other = Cloud()\n")
    assert loader.load("main_code:cloud").function_names == ("hello",)
    assert loader.load("main_code:other").function_names == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = (\n", r"main\.py:1: SyntaxError: '\(' was never closed"),
        ("\nimport missing_module_x\n", r"main\.py:2: ModuleNotFoundError: No module named 'missing_module_x'"),
        ("def f():\n    import json\n    json.loads('{')\nf()\n", r"main\.py:3: JSONDecodeError: "),
        ("raise SystemExit(3)\n", r"main\.py:1: SystemExit: 3"),
        ("x = 1\n", r"main\.py: there is no Cloud\(\); begin with `cloud = Cloud\(\)`"),
        ("from parsepy import Cloud\na, b = Cloud(), Cloud()\n", r"main\.py: which Cloud\(\) is it, a or b\?"),
        (
            CODE.format("x") + "@cloud.define('x')\nasync def g(request): pass\n",
            r"main\.py:5: CloudError: function x is registered twice: code/main\.py:3 and code/main\.py:5",
        ),
    ],
    ids=["syntax", "import", "exception", "exit", "none", "two", "duplicate"],
)
def test_a_mistake_is_told_with_its_place(text: str, problem: str) -> None:
    write("code/main.py", text)

    with pytest.raises(LoadError, match=problem):
        loader.load("code/main.py")


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ("nothing/main.py", "nothing/main.py: there is no such file"),
        ("nothing.py", "nothing.py: there is no such file"),
        ("empty/", r"the folder has no __init__\.py and no main\.py"),
        ("nothing_at_all", "No module named 'nothing_at_all'"),
        ("main_code:other", r"there is no Cloud\(\) called other"),
    ],
)
def test_what_is_not_there_is_named(spec: str, problem: str) -> None:
    Path("empty").mkdir()
    write("main_code.py", CODE.format("hello"))

    with pytest.raises(LoadError, match=problem):
        loader.load(spec)

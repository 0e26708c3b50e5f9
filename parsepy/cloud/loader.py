"""Loading cloud code: from a file, a package folder or a module, each time read anew."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from parsepy.cloud.registry import Cloud

ENTRY_FILES = ("__init__.py", "main.py")
DEFAULT_NAME = "cloud"


class LoadError(Exception):
    """Cloud code that cannot be used; the text names the place (`file:line`) and the reason."""


def load(spec: str) -> Cloud:
    """The registry that cloud code fills; calling it again reads all its files again.

    `spec` is `path/to/main.py`, a folder with `__init__.py` or `main.py`, `module` or `module:name`. The registry is
    the module's variable `cloud` (or `name`), else the only `Cloud` in it. Raises LoadError, and then the modules that
    were loaded before stay as they are.
    """
    module_name, _, variable = spec.partition(":")
    path = _entry_file(module_name)
    home = folder(spec)
    with _afresh(home):
        try:
            module = _from_file(path) if path else _by_name(module_name)
        except (Exception, SystemExit) as exc:
            raise LoadError(_described(exc, module_name, home)) from exc
    return _registry(module, variable)


def folder(spec: str) -> Path | None:
    """Where the files of cloud code lie; None for a module that cannot be found."""
    module_name = spec.partition(":")[0]
    path = _entry_file(module_name)
    if path is None:
        found = _found(module_name)
        path = Path(found) if found else None
    return path.resolve().parent if path else None


def _entry_file(name: str) -> Path | None:
    """The file that a path stands for; None if `name` is that of a module. Raises LoadError for a path to nothing."""
    path = Path(name)
    if path.is_dir():
        for entry in ENTRY_FILES:
            if (path / entry).is_file():
                return path / entry
        if "/" in name or not _found(name):
            raise LoadError(f"{name}: the folder has no {' and no '.join(ENTRY_FILES)}")
    elif path.suffix == ".py" or "/" in name:
        if not path.is_file():
            raise LoadError(f"{name}: there is no such file")
        return path
    return None


def _found(module_name: str) -> str | None:
    """The file of a module on the path or below the working directory."""
    with _importable(Path.cwd()):
        try:
            found = importlib.util.find_spec(module_name)
        except (ImportError, ValueError):
            return None
    return found.origin if found and found.has_location else None


def _from_file(path: Path) -> ModuleType:
    """Import a file as the main module of its folder, which may be a package or not."""
    home = path.resolve().parent
    is_package = (home / "__init__.py").is_file()
    name = home.name if is_package else path.stem
    if is_package and path.name != "__init__.py":
        name = f"{name}.{path.stem}"
    # The folder above comes before the working directory: `cloud.more` is found beside this file, not beside another.
    with _importable(Path.cwd()), _importable(home.parent), _importable(home):
        return _imported(name, path.resolve())


def _by_name(name: str) -> ModuleType:
    with _importable(Path.cwd()):
        return importlib.import_module(name)


def _imported(name: str, path: Path) -> ModuleType:
    """Import exactly this file under the name, with the packages above it."""
    parent = name.rpartition(".")[0]
    if parent:
        importlib.import_module(parent)
    places = [str(path.parent)] if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=places)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _importable(home: Path) -> Iterator[None]:
    """Let imports look in a folder first; later imports (inside functions) still find it, after all else."""
    place = str(home)
    present = place in sys.path
    sys.path.insert(0, place)
    try:
        yield
    finally:
        sys.path.remove(place)
        if not present and place not in sys.path:
            sys.path.append(place)


@contextmanager
def _afresh(home: Path | None) -> Iterator[None]:
    """Forget the modules of a folder, and those of other apps that are called like them; on failure they come back."""
    names = {entry.stem for entry in home.iterdir()} | {home.name} if home else set()
    forgotten = {
        name: module
        for name, module in list(sys.modules.items())
        if home and _is_cloud_code(name, module) and (name.split(".")[0] in names or _lies_in(module, home))
    }
    for name in forgotten:
        del sys.modules[name]
    importlib.invalidate_caches()
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    except BaseException:
        for name, module in list(sys.modules.items()):
            if home and _is_cloud_code(name, module) and _lies_in(module, home):
                del sys.modules[name]
        sys.modules.update(forgotten)
        raise
    finally:
        sys.dont_write_bytecode = writes_bytecode


def _is_cloud_code(name: str, module: ModuleType) -> bool:
    """Whether a module is neither the server's own nor an installed one."""
    file = getattr(module, "__file__", None)
    return file is not None and name != "__main__" and not _is_foreign(file)


def is_own_code(file: str) -> bool:
    """Whether a file is neither the server's nor an installed one, nor a part of Python."""
    return not file.startswith("<") and not _is_foreign(file)


def _is_foreign(file: str) -> bool:
    return file.startswith(_installed())


@cache
def _installed() -> tuple[str, ...]:
    """The folders of the standard library, of installed packages and of the server."""
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return tuple(f"{folder}{os.sep}" for folder in (*folders, Path(__file__).resolve().parents[1]))


def _lies_in(module: ModuleType, home: Path) -> bool:
    return Path(str(module.__file__)).is_relative_to(home)


def _registry(module: ModuleType, variable: str) -> Cloud:
    place = getattr(module, "__file__", None) or module.__name__
    found = {name: value for name, value in vars(module).items() if isinstance(value, Cloud)}
    if variable:
        if variable not in found:
            raise LoadError(f"{place}: there is no Cloud() called {variable}")
        return found[variable]
    if DEFAULT_NAME in found:
        return found[DEFAULT_NAME]
    if not found:
        raise LoadError(f"{place}: there is no Cloud(); begin with `cloud = Cloud()`")
    if len({id(value) for value in found.values()}) > 1:
        raise LoadError(f"{place}: which Cloud() is it, {' or '.join(sorted(found))}? Call it `cloud`")
    return next(iter(found.values()))


def _described(exc: BaseException, name: str, home: Path | None) -> str:
    """`file:line: what is wrong`, at the innermost line of the user's own code."""
    if isinstance(exc, SyntaxError) and exc.filename:
        return f"{exc.filename}:{exc.lineno}: SyntaxError: {exc.msg}"
    reason = f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
    frames = [
        frame
        for frame in traceback.extract_tb(exc.__traceback__)
        if home and Path(frame.filename).is_relative_to(home) and not _is_foreign(frame.filename)
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}: {reason}" if frames else f"{name}: {reason}"

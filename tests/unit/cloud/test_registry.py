"""Cloud: what can be registered, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parsepy import Cloud, CloudError, ParseObject, Trigger
from parsepy.cloud.actions import CallOptions, acting
from tests.unit.cloud.fakes import FakeActions

TRIGGERS = ["before_save", "after_save", "before_delete", "after_delete", "before_find", "after_find"]
CAMEL = ["beforeSave", "afterSave", "beforeDelete", "afterDelete", "beforeFind", "afterFind"]


class Score(ParseObject):
    class_name = "GameScore"


def nothing(request: Any) -> None:
    return None


@pytest.mark.parametrize("name", TRIGGERS + CAMEL)
def test_every_decorator_registers_its_trigger(name: str) -> None:
    cloud = Cloud()
    getattr(cloud, name)("Team")(nothing)
    getattr(cloud, name)(Score)(nothing)

    trigger = Trigger((CAMEL + CAMEL)[(TRIGGERS + CAMEL).index(name)])
    assert cloud.triggers == ((trigger, "GameScore"), (trigger, "Team"))
    hook = cloud.hook(trigger, "GameScore")
    assert hook is not None
    assert hook.object_type is Score
    assert hook.location.split(":")[0].endswith("test_registry.py")


def test_functions_are_found_by_their_exact_name() -> None:
    cloud = Cloud()
    assert cloud.define("math.sum")(nothing) is nothing
    cloud.define("hello")(nothing)

    assert cloud.function_names == ("hello", "math.sum")
    assert cloud.function("math") is None
    assert cloud.function("__class__") is None


@pytest.mark.parametrize("name", ["it's", 'a"b', "a`b", "", None])
def test_names_that_would_end_a_string_are_refused(name: Any) -> None:
    with pytest.raises(CloudError, match="cannot be called"):
        Cloud().define(name)


@pytest.mark.parametrize(
    "register", [lambda c: c.define("x"), lambda c: c.before_save("Team")], ids=["function", "trigger"]
)
def test_a_second_registration_names_both_places(register: Callable[[Cloud], Any]) -> None:
    cloud = Cloud()
    register(cloud)(nothing)

    with pytest.raises(CloudError, match=r"registered twice: .*test_registry.py:\d+ and .*test_registry.py:\d+"):
        register(cloud)(nothing)


@pytest.mark.parametrize(
    ("trigger", "of", "text"),
    [
        ("before_save", "_PushStatus", "Only afterSave is allowed on _PushStatus"),
        *((name, "_Session", "Only the afterLogout trigger is allowed for the _Session class.") for name in TRIGGERS),
        ("before_save", "@File", "class name or a ParseObject subclass"),
        ("before_save", "Not a name", "class name or a ParseObject subclass"),
        ("before_save", 3, "class name or a ParseObject subclass"),
    ],
)
def test_triggers_that_would_never_run_are_refused(trigger: str, of: Any, text: str) -> None:
    with pytest.raises(CloudError, match=text):
        getattr(Cloud(), trigger)(of)


def test_after_save_may_watch_push_status() -> None:
    cloud = Cloud()
    cloud.after_save("_PushStatus")(nothing)

    assert cloud.hook(Trigger.AFTER_SAVE, "_PushStatus") is not None


@pytest.mark.parametrize("function", [lambda: None, lambda request, response: None], ids=["none", "two"])
def test_a_function_takes_one_argument(function: Any) -> None:
    with pytest.raises(CloudError, match="must take one argument"):
        Cloud().define("x")(function)


def test_a_registry_takes_in_another_whole_or_not_at_all() -> None:
    first, second = Cloud(), Cloud()
    first.define("a")(nothing)
    second.define("b")(nothing)
    second.before_save("Team")(nothing)
    first.include(second)
    assert first.function_names == ("a", "b")
    assert first.hook(Trigger.BEFORE_SAVE, "Team") is not None

    third = Cloud()
    third.define("c")(nothing)
    third.define("a")(nothing)
    with pytest.raises(CloudError, match="function a is registered twice"):
        first.include(third)
    assert first.function_names == ("a", "b")


def test_two_registries_share_nothing() -> None:
    first, second = Cloud(), Cloud()
    first.define("a")(nothing)

    assert second.function_names == ()


async def test_functions_call_each_other_through_the_app() -> None:
    actions = FakeActions(answer={"when": {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"}})
    with acting(actions):
        result = await Cloud().run("other", {"a": 1}, use_master_key=True)

    assert result["when"].year == 2026
    assert actions.asked == [("run", "other", {"a": 1}, CallOptions(True))]

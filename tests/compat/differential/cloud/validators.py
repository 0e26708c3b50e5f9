"""parsepy's side of validators.js: keep the two alike."""

from __future__ import annotations

from typing import Any

from parsepy import Cloud, DeleteRequest, FindRequest, FunctionRequest, ParseError, ParseObject, SaveRequest

cloud = Cloud()


def params(request: FunctionRequest) -> dict[str, Any]:
    return request.params


def more_than_one(value: Any) -> bool:
    return isinstance(value, int | float) and value > 1


def own_words(value: Any) -> None:
    if value < 2:
        raise ValueError("Own words.")


async def is_d(value: Any) -> bool:
    return bool(value == "d")


async def editors() -> list[str]:
    return ["VdEditors"]


def by_function(request: FunctionRequest) -> Any:
    message = request.params.get("message", "")
    match request.params.get("how"):
        case "parse":
            raise ParseError(4242, message)
        case "plain":
            raise ValueError(message)
        case "false":
            return False
    return None


async def by_async_function(request: FunctionRequest) -> None:
    if not request.user:
        raise ValueError("Nobody is here.")


def refuse_bad(request: SaveRequest) -> None:
    if request.object.get("bad"):
        raise ValueError("It is bad.")


cloud.define("user", require_user=True)(params)
cloud.define("master", require_master=True)(params)
cloud.define("userAndMaster", require_user=True, require_master=True)(params)
cloud.define("userForMasterToo", require_user=True, validate_master_key=True)(params)
cloud.define("masterChecked", require_master=True, validate_master_key=True)(params)

cloud.define("anyRole", require_any_user_roles=["VdEditors", "VdAdmins"])(params)
cloud.define("anyRoleByFunction", require_any_user_roles=lambda: ["VdEditors"])(params)
cloud.define("allRoles", require_all_user_roles=["VdEditors", "VdAdmins"])(params)
cloud.define("allRolesLater", require_all_user_roles=editors)(params)

cloud.define("userKeys", require_user_keys=["phone", "city"])(params)
cloud.define(
    "userKeyOptions",
    require_user_keys={"kind": {"options": ["a", "b"], "error": "Be a or b."}, "level": {"options": [1, 2]}},
)(params)

cloud.define("list", fields=["a", "b"])(params)
cloud.define("listForMasterToo", fields=["a"], validate_master_key=True)(params)
cloud.define(
    "types",
    fields={
        "text": {"type": str},
        "number": {"type": float},
        "flag": {"type": bool},
        "list": {"type": list},
        "map": {"type": dict},
    },
)(params)
cloud.define("required", fields={"a": {"required": True, "type": int}, "b": {"required": True}})(params)
cloud.define(
    "defaults",
    fields={
        "a": {"default": 5},
        "b": {"default": "x", "type": str},
        "c": {"default": 1, "required": True},
        "d": {"default": False},
    },
)(params)
cloud.define(
    "options",
    fields={
        "a": {"options": ["x", "y"]},
        "b": {"options": "only"},
        "c": {"options": [1, 2], "error": "One or two."},
        "d": {"options": [True, False]},
    },
)(params)
cloud.define(
    "optionFunctions",
    fields={
        "a": {"options": more_than_one},
        "b": {"options": more_than_one, "error": "More than one."},
        "c": {"options": own_words},
        "d": {"options": is_d},
    },
)(params)
cloud.define("typeAndOptions", fields={"a": {"required": True, "type": str, "options": ["x"], "error": "Only x."}})(
    params
)
cloud.define(
    "many", require_user=True, fields={"a": {"required": True}, "b": {"required": True}}, require_user_keys=["phone"]
)(params)
cloud.define("byFunction", validator=by_function)(params)
cloud.define("byAsyncFunction", validator=by_async_function)(params)


def do_nothing(request: SaveRequest) -> None:
    return None


def mark(request: SaveRequest) -> None:
    request.object["ran"] = True


def keep(request: DeleteRequest) -> None:
    return None


def find(request: FindRequest) -> None:
    return None


cloud.before_save(
    "VdTyped",
    fields={
        "n": {"type": float, "required": True},
        "kind": {"options": ["a", "b"], "default": "a"},
        "text": {"type": str},
    },
)(do_nothing)
cloud.before_save("VdConstant", fields={"fixed": {"constant": True, "default": 7}, "kept": {"constant": True}})(
    do_nothing
)
cloud.before_save("VdUser", require_user=True)(mark)
cloud.before_save("VdMaster", require_master=True)(mark)
cloud.before_save("VdSkipped", skip_with_master_key=True)(mark)
cloud.before_save("VdListed", fields=["a", "b"])(do_nothing)
cloud.before_save("VdFunction", validator=refuse_bad)(do_nothing)
cloud.before_delete("VdDelete", require_user=True)(keep)
cloud.after_delete("VdAfterDelete", require_user=True)(keep)
cloud.before_find("VdFind", require_user=True)(find)
cloud.before_save(
    "_User",
    require_user=True,
    fields={"phone": {"type": str}},
    require_user_keys={"kind": {"options": ["a", "b"], "error": "Be a or b."}},
)(do_nothing)


@cloud.after_save("VdAfter", require_user=True)
def answer(request: SaveRequest) -> dict[str, Any]:
    return {"from": "afterSave"}


@cloud.after_find("VdAfterFind", require_user=True)
def found(request: FindRequest) -> list[ParseObject]:
    return request.objects

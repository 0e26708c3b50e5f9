"""parsepy's side of limits.js: keep the two alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from parsepy import Cloud, Config, DeleteRequest, File, FindRequest, FunctionRequest, LoginRequest, send_email

cloud = Cloud()
HOUR = timedelta(hours=1)


def ok(request: FunctionRequest) -> str:
    return "ok"


def fail(request: FunctionRequest) -> None:
    raise ValueError("It failed.")


async def call(request: FunctionRequest) -> Any:
    return await cloud.run("counted")


async def mail(request: FunctionRequest) -> str:
    await send_email(to="ann@example.com", subject="Hello", text="Hello Ann.")
    return "no error"


def do_nothing(request: Any) -> None:
    return None


cloud.define("two", rate_limit={"request_time_window": HOUR, "request_count": 2})(ok)
cloud.define("alsoTwo", rate_limit={"request_time_window": HOUR, "request_count": 2})(ok)
cloud.define("spelled", rate_limit={"request_time_window": HOUR, "request_count": 1})(ok)
cloud.define("encoded", rate_limit={"request_time_window": HOUR, "request_count": 1})(ok)
cloud.define("counted", rate_limit={"request_time_window": HOUR, "request_count": 1})(ok)
cloud.define("free")(ok)
cloud.define(
    "forMasterToo", rate_limit={"request_time_window": 3600000, "request_count": 1, "include_master_key": True}
)(ok)
cloud.define(
    "fromInside", rate_limit={"request_time_window": HOUR, "request_count": 1, "include_internal_requests": True}
)(ok)
cloud.define(
    "insideInBatch", rate_limit={"request_time_window": HOUR, "request_count": 1, "include_internal_requests": True}
)(ok)
cloud.define("calling")(call)
cloud.define("failing", rate_limit={"request_time_window": HOUR, "request_count": 1})(fail)
cloud.define("refusing", require_user=True, rate_limit={"request_time_window": HOUR, "request_count": 1})(ok)
cloud.define("perUser", rate_limit={"request_time_window": HOUR, "request_count": 1, "zone": "user"})(ok)
cloud.define("perSession", rate_limit={"request_time_window": HOUR, "request_count": 1, "zone": "session"})(ok)
cloud.define("guessed", rate_limit={"request_time_window": HOUR, "request_count": 1, "zone": "session"})(ok)
cloud.define(
    "together",
    rate_limit={
        "request_time_window": HOUR,
        "request_count": 1,
        "zone": "global",
        "error_response_message": "Slow down.",
    },
)(ok)
cloud.define(
    "togetherInBatch",
    rate_limit={
        "request_time_window": HOUR,
        "request_count": 1,
        "zone": "global",
        "error_response_message": "Slow down.",
    },
)(ok)
cloud.define(
    "elsewhere",
    rate_limit={
        "request_time_window": HOUR,
        "request_count": 1,
        "request_path": "/classes/Elsewhere",
        "request_methods": ["GET"],
    },
)(ok)
cloud.define("soon", rate_limit={"request_time_window": 4000, "request_count": 2})(ok)
cloud.define("mailing")(mail)

cloud.before_save("LmSave", rate_limit={"request_time_window": HOUR, "request_count": 1})(do_nothing)
cloud.before_save("_User", rate_limit={"request_time_window": HOUR, "request_count": 1})(do_nothing)
cloud.before_save("_Role", rate_limit={"request_time_window": HOUR, "request_count": 1})(do_nothing)
cloud.before_save(File, rate_limit={"request_time_window": HOUR, "request_count": 1})(do_nothing)
cloud.before_find(File, rate_limit={"request_time_window": HOUR, "request_count": 1})(do_nothing)
cloud.before_save(Config, rate_limit={"request_time_window": HOUR, "request_count": 1, "include_master_key": True})(
    do_nothing
)


@cloud.before_delete("LmDelete", rate_limit={"request_time_window": HOUR, "request_count": 1})
def keep(request: DeleteRequest) -> None:
    return None


@cloud.before_find("LmFind", rate_limit={"request_time_window": HOUR, "request_count": 1})
def find(request: FindRequest) -> None:
    return None


@cloud.before_login(rate_limit={"request_time_window": HOUR, "request_count": 1})
def log_in(request: LoginRequest) -> None:
    return None

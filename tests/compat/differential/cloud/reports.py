"""What the scenarios of logs and of the security report call."""

from __future__ import annotations

from parsepy import Cloud, FunctionRequest

cloud = Cloud()


@cloud.define("say")
async def say(request: FunctionRequest) -> str:
    request.log.info("said %s", request.params["word"])
    return "said"


@cloud.define("complain")
async def complain(request: FunctionRequest) -> str:
    request.log.error("complained about %s", request.params["word"])
    return "complained"

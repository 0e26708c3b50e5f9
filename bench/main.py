"""The cloud code that the benchmark calls, the same on both servers."""

from __future__ import annotations

from parsepy import Cloud, ErrorCode, FunctionRequest, ParseError, SaveRequest

cloud = Cloud()


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """Greet by name."""
    return f"Hello {request.params['name']}"


@cloud.before_save("Hooked")
async def check(request: SaveRequest) -> None:
    """Refuse what cannot be, and note that it was looked at."""
    if request.object["score"] > 1_000_000:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "No cheating!")
    request.object["checked"] = True

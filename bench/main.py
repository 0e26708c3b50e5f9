"""The cloud function that the benchmark calls, the same on both servers."""

from __future__ import annotations

from parsepy import Cloud, FunctionRequest

cloud = Cloud()


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """Greet by name."""
    return f"Hello {request.params['name']}"

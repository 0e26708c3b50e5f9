"""Running an endpoint: its body is read, its caller's signature checked, its result answered."""

from __future__ import annotations

from collections.abc import AsyncIterator

from parsepy.api.endpoints import results
from parsepy.api.envelope import bodies
from parsepy.api.envelope.uploads import Upload, one_chunk
from parsepy.api.refusals import UNAUTHORIZED, RefusalError, too_large
from parsepy.api.router import Request, Response
from parsepy.cloud.endpoints.messages import HttpRequest
from parsepy.cloud.endpoints.routes import Endpoint
from parsepy.core import calling
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.principal import CLOUD_INSTALLATION


async def answer(endpoint: Endpoint, ctx: Context, request: Request) -> Response:
    """What the endpoint answers.

    Raises RefusalError 403 for a wrong signature, 413 and 400 for a body that is too large or broken off, and ParseError as
    functions do. Errors of a streamed answer are raised here as long as nothing was sent.
    """
    body = _Body(request.upload or Upload(one_chunk(b"")), ctx.app.settings.max_upload_size)
    asked = _request(endpoint, ctx, request, body)
    if not endpoint.streams:
        asked.content = await body.read()
        asked.stream = one_chunk(asked.content)
    if endpoint.signature is not None:
        refusal = endpoint.signature.refusal(asked, ctx.app.now())
        if refusal is not None:
            raise RefusalError(403, UNAUTHORIZED, detail=refusal)
    try:
        return await results.response(ctx, endpoint.hook, await calling.run(ctx, endpoint.hook, asked))
    except ParseError as exc:
        if body.refusal is not None:
            raise body.refusal from exc
        raise


def _request(endpoint: Endpoint, ctx: Context, request: Request, body: _Body) -> HttpRequest:
    asked = HttpRequest(
        method=request.method,
        path=request.path[len(ctx.app.settings.endpoints_path) :] or "/",
        route=endpoint.path,
        params=request.params,
        query=request.query,
        query_string=request.query_string,
        stream=body.stream(),
        content=None,
        read_form=bodies.form,
        **calling.caller(ctx),
    )
    if asked.installation_id == CLOUD_INSTALLATION:
        asked.installation_id = None
    return asked


class _Body:
    """A bounded body. `refusal` is what ended a stream too early, for which cloud code was told a Parse error."""

    def __init__(self, upload: Upload, limit: int) -> None:
        self.refusal: RefusalError | None = None
        self._upload = upload
        self._limit = limit

    async def read(self) -> bytes:
        """All bytes. Raises RefusalError 413 and 400."""
        return await self._upload.read(self._limit, too_large(self._limit))

    async def stream(self) -> AsyncIterator[bytes]:
        """The bytes as they arrive. Raises ParseError 116 if there are too many, 100 if they do not come."""
        try:
            async for chunk in self._upload.limited(self._limit, too_large(self._limit)):
                yield chunk
        except RefusalError as exc:
            self.refusal = exc
            code = ErrorCode.OBJECT_TOO_LARGE if exc.status == 413 else ErrorCode.CONNECTION_FAILED
            raise ParseError(code, exc.message, detail=exc.detail) from exc

"""Whether the server can serve: what load balancers and SDKs ask before anything else."""

from __future__ import annotations

from parsepy.adapters.storage.base import StorageError
from parsepy.api.router import Response
from parsepy.core.context import App


async def answer(app: App) -> Response:
    """200 if the database answers, else 503."""
    try:
        await app.storage.ping()
    except StorageError:
        return Response({"status": "error"}, 503)
    return Response({"status": "ok"})

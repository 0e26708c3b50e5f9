"""What the server tells about itself: whether it can serve, and what it can do (true only if it works)."""

from __future__ import annotations

import asyncio

from parsepy.adapters.storage.base import StorageError
from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import App, Context
from parsepy.settings import Settings

HEALTH_SECONDS = 5.0
"""A database that takes longer to answer does not serve."""

REFERENCE_VERSION = "9.10.0"

FEATURES = {
    "globalConfig": {"create": True, "read": True, "update": True, "delete": True},
    "hooks": {"create": True, "read": True, "update": True, "delete": True},
    "cloudCode": {"jobs": True},
    # Nothing of it is on before pushes can be sent: any of them shows the section whose first page is the form to send.
    "push": {
        "immediatePush": False,
        "scheduledPush": False,
        "storedPushData": False,
        "pushAudiences": False,
        "localization": False,
    },
    "schemas": {
        "addField": True,
        "removeField": True,
        "addClass": True,
        "removeClass": True,
        "clearAllDataFromClass": True,
        "exportClass": False,
        "editClassLevelPermissions": True,
        "editPointerPermissions": True,
    },
}
LOG_FEATURES = ("level", "size", "order", "until", "from")

routes = Routes()


@routes.get("/serverInfo", Need.MASTER)
async def server_info(ctx: Context, request: Request) -> Response:
    """The features, and the version of Parse Server whose protocol is spoken."""
    return Response({"features": features_of(ctx.app.settings), "parseServerVersion": REFERENCE_VERSION})


def features_of(settings: Settings) -> dict[str, dict[str, bool]]:
    """What works with these settings, in the sections of the dashboard."""
    return {
        **FEATURES,
        "logs": dict.fromkeys(LOG_FEATURES, settings.logs_folder is not None),
        "settings": {"securityCheck": settings.security.enable_check},
    }


async def health(app: App) -> Response:
    """200 if the database answers, else 503. Asked without credentials, so it is no ordinary route."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            await app.storage.ping()
    except (StorageError, TimeoutError):
        return Response({"status": "error"}, 503)
    return Response({"status": "ok"})

"""What this server can do, as the dashboard asks for it: a feature is true only if it works."""

from __future__ import annotations

from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context

REFERENCE_VERSION = "9.10.0"

FEATURES = {
    "globalConfig": {"create": True, "read": True, "update": True, "delete": True},
    "hooks": {"create": False, "read": False, "update": False, "delete": False},
    "cloudCode": {"jobs": False},
    "logs": {"level": False, "size": False, "order": False, "until": False, "from": False},
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
    "settings": {"securityCheck": False},
}

routes = Routes()


@routes.get("/serverInfo", Need.MASTER)
async def server_info(ctx: Context, request: Request) -> Response:
    """The features, and the version of Parse Server whose protocol is spoken."""
    return Response({"features": FEATURES, "parseServerVersion": REFERENCE_VERSION})

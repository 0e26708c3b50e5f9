"""The report on how safe the settings are."""

from __future__ import annotations

from parsepy.api.refusals import RefusalError
from parsepy.api.router import Need, Request, Response, Routes
from parsepy.core.context import Context
from parsepy.system.security import report

_NOT_ENABLED = "Enable Parse Server option `security.enableCheck` to run security check."

routes = Routes()


@routes.get("/security", Need.MASTER)
async def security(ctx: Context, request: Request) -> Response:
    """The report; 409 unless it is enabled."""
    if not ctx.app.settings.security.enable_check:
        raise RefusalError(409, _NOT_ENABLED)
    return Response({"report": await report.report(ctx)})

"""parsepy's side of finds.js: keep the two alike."""

from __future__ import annotations

from parsepy import Cloud, FindRequest, ParseObject

cloud = Cloud()


@cloud.before_find("HookedByFinds")
def leave_out_what_is_hidden(request: FindRequest) -> None:
    request.query.equal_to("hidden", False)


@cloud.after_find("HookedByFinds")
def mark(request: FindRequest) -> list[ParseObject]:
    for found in request.objects:
        found["marked"] = f"{found['name']}!"
    return request.objects

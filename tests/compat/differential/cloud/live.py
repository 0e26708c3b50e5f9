"""parsepy's side of live.js: keep the two alike."""

from __future__ import annotations

from parsepy import Cloud, DeleteRequest, ParseError, SaveRequest

cloud = Cloud()


@cloud.before_save("Stamped")
def stamp(request: SaveRequest) -> None:
    """Followers are told of the stamp."""
    request.object["stamp"] = "changed" if request.original else "new"


@cloud.after_save("Stamped")
def come_too_late(request: SaveRequest) -> None:
    """Followers are not told of what is set when the object is stored."""
    request.object["late"] = True


@cloud.before_delete("Stamped")
def keep(request: DeleteRequest) -> None:
    """An object that stays was not deleted."""
    if request.object.get("kept"):
        raise ParseError(142, "It stays.")

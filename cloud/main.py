"""The worked example of cloud code: a game's scores and players. `make serve` runs it; docs/cloud/ explains it."""

from __future__ import annotations

from typing import Any

from parsepy import (
    Cloud,
    DeleteRequest,
    ErrorCode,
    FindRequest,
    FunctionRequest,
    ParseError,
    ParseObject,
    Query,
    SaveRequest,
)

BEST = 9000

cloud = Cloud()


class GameScore(ParseObject):
    """What one player reached in one game."""

    class_name = "GameScore"


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """`Parse.Cloud.run("hello", {name: "Ann"})` gives `Hello Ann`."""
    return f"Hello {request.params.get('name', 'world')}"


@cloud.define("bestScores", fields={"limit": {"type": int, "default": 10, "options": range(1, 101)}})
async def best_scores(request: FunctionRequest) -> list[GameScore]:
    """The best scores that the caller may see."""
    return await Query(GameScore).descending("score").limit(request.params["limit"]).find()


@cloud.define("myTotal", require_user=True)
async def my_total(request: FunctionRequest) -> dict[str, Any]:
    """The caller's games and points."""
    query = Query(GameScore).equal_to("player", request.user)
    points = [score["score"] async for score in query.each()]
    return {"games": len(points), "points": sum(points)}


@cloud.before_save(GameScore, fields={"score": {"type": int, "required": True}})
async def check_score(request: SaveRequest) -> None:
    """Refuses what no player can reach, and signs scores with the player's name."""
    score = request.object
    if score["score"] > BEST:
        raise ParseError(ErrorCode.VALIDATION_ERROR, "No cheating!")
    if request.user is not None and score.is_new:
        score["player"] = request.user


@cloud.after_save(GameScore)
async def count_game(request: SaveRequest) -> None:
    """Counts games, though clients may not write the class `Statistics`."""
    if request.original is not None:
        return
    statistics = await Query("Statistics").first(use_master_key=True) or ParseObject("Statistics")
    statistics.increment("games")
    await statistics.save(use_master_key=True)


@cloud.before_delete(GameScore)
def keep_records(request: DeleteRequest) -> None:
    """The best score there can be stays for ever."""
    if request.object["score"] == BEST and not request.master:
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, "A record cannot be deleted.")


@cloud.before_find("Player")
async def hide_banned(request: FindRequest) -> None:
    """Clients do not find players who are banned."""
    if not request.master:
        request.query.not_equal_to("banned", True)


@cloud.after_find("Player")
async def round_ratings(request: FindRequest) -> None:
    """Gives ratings without decimals."""
    for player in request.objects:
        if "rating" in player:
            player["rating"] = round(player["rating"])

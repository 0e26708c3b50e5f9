"""Questions about what belongs to the server: files, config, webhooks, installations."""

from __future__ import annotations

from collections.abc import Iterator

from tests.compat.dropin.made import Made
from tests.compat.dropin.questions import Question, get


def about_system(made: Made) -> Iterator[Question]:
    """Files by their names, config for clients and the master, webhooks, installations, rows of jobs and pushes."""
    for key, file in made.files.items():
        yield get(f"file {key}", f"files/test/{file['name']}", "client")
    yield get("config", "config", "client")
    yield get("config", "config")
    for hook in ({"functionName": made.name("hook")}, {"className": made.name("Hooked")}):
        yield get(f"webhook {hook}", "classes/_Hooks", where=hook)
    for key, one in made.installations.items():
        yield get(f"installation {key}", f"installations/{one}")
    yield get("installations by token", "installations", where={"deviceToken": {"$exists": True}}, order="objectId")
    yield get("installations by channel", "installations", where={"channels": "news"}, order="objectId")
    audience = {"name": {"$regex": f"^{made.name('')}"}}
    yield get("audiences", "classes/_Audience", where=audience, order="name")
    yield get(
        "audiences that were used", "classes/_Audience", where={**audience, "timesUsed": {"$gte": 3}}, order="name"
    )
    for class_name in ("_JobStatus", "_JobSchedule"):
        yield get(f"rows of {class_name} by job", f"classes/{class_name}", where={"jobName": made.name("job")})

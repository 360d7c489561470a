"""From a method and a path to the function that answers it."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from demo.stripe_standin.failures import Json, invalid
from demo.stripe_standin.world import World


@dataclass
class Call:
    """One request as a route sees it: typed parameters, and the ids out of the path."""

    world: World
    params: Json
    ids: dict[str, str] = field(default_factory=dict)


Route = Callable[[Call], Json]


class Routes:
    """A table of routes, filled by decorators."""

    def __init__(self) -> None:
        self._plain: dict[tuple[str, str], tuple[str, Route]] = {}
        self._patterns: list[tuple[str, re.Pattern[str], str, Route]] = []

    def on(self, method: str, template: str) -> Callable[[Route], Route]:
        def register(route: Route) -> Route:
            if "{" not in template:
                self._plain[method, template] = (template, route)
            else:
                pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
                self._patterns.append((method, pattern, template, route))
            return route

        return register

    def find(self, method: str, path: str) -> tuple[str, Route, dict[str, str]]:
        """The template, the route and the ids in the path.

        :raises ApiFailure: 404 for a path that the stand-in does not serve
        """
        if plain := self._plain.get((method, path)):
            return *plain, {}
        for known, pattern, template, route in self._patterns:
            if known == method and (match := pattern.fullmatch(path)):
                return template, route, match.groupdict()
        raise invalid(f"Unrecognized request URL ({method}: {path}).", status=404)

    def templates(self) -> list[tuple[str, str]]:
        return [*self._plain, *((method, template) for method, _, template, _ in self._patterns)]


API = Routes()


def page_of(call: Call, kind: str, url: str, keep: Callable[[Any], bool] = lambda item: True) -> Json:
    """A list object: newest first, 1 to 100 at a time, from a cursor on.

    :raises ApiFailure: for a limit out of range or a cursor that is not there
    """
    limit = call.params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid(f"Invalid limit: {limit}. It must be between 1 and 100.", param="limit")
    collection, found = call.world.state.of[kind], []
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    for name, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor is not None and cursor not in collection:
            raise invalid(f"No such {kind}: '{cursor}'", param=name, code="resource_missing")
    source = (
        collection.oldest_first(after=before, keep=keep) if before else collection.newest_first(after=after, keep=keep)
    )
    for item in source:
        found.append(item)
        if len(found) > limit:
            break
    page = found[:limit]
    return {
        "object": "list",
        "data": page[::-1] if before else page,
        "has_more": len(found) > limit,
        "url": url,
    }


def created_in(wanted: Any) -> Callable[[Json], bool]:
    """A filter for ``created=<time>`` or ``created[gte]=<time>`` and its kin."""
    if wanted is None:
        return lambda item: True
    if isinstance(wanted, int):
        return lambda item: bool(item["created"] == wanted)
    bounds = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}
    return lambda item: all(bounds[name](item["created"], moment) for name, moment in wanted.items())


def matching(call: Call, *names: str) -> Callable[[Json], bool]:
    """A filter on those of the named fields that the caller asked for, and on ``created``."""
    wanted = {name: call.params[name] for name in names if name in call.params}
    in_time = created_in(call.params.get("created"))
    return lambda item: in_time(item) and all(item.get(name) == value for name, value in wanted.items())

"""The desk's theme and menu. A tab is shown to the roles that may open it."""

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Masthead desk",
    "SITE_HEADER": "Masthead",
    "SITE_SYMBOL": "auto_stories",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
}

"""The desk's theme. Its menu stands in `web/desk/menu.py`: an entry is shown to the roles that may open it."""

from typing import Any

from django.templatetags.static import static

# The ink blue of the sign-in pages. Against white the steps from 600 on have a contrast of more than 4.5 to 1.
_INK = {
    "50": "oklch(97.5% .010 250)",
    "100": "oklch(94.5% .020 250)",
    "200": "oklch(89% .040 250)",
    "300": "oklch(81% .070 250)",
    "400": "oklch(71% .100 250)",
    "500": "oklch(58% .110 250)",
    "600": "oklch(45% .095 250)",
    "700": "oklch(38% .080 250)",
    "800": "oklch(32% .065 250)",
    "900": "oklch(27% .055 250)",
    "950": "oklch(20% .040 250)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Masthead desk",
    "SITE_HEADER": "Masthead",
    "SITE_SYMBOL": "auto_stories",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {"primary": _INK},
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("desk/favicon.svg")}],
    "STYLES": [lambda request: static("desk/desk.css")],
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "web.desk.menu.navigation"},
}

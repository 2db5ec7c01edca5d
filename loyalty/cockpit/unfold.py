"""What django-unfold asks of the settings: name, look, sidebar. Colours live in `static/cockpit/cockpit.css`,

because the Content-Security-Policy allows no inline style."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static

from loyalty.cockpit.navigation import NAVIGATION


def _stylesheet(request: HttpRequest) -> str:
    return static("cockpit/cockpit.css")


def _script(request: HttpRequest) -> str:
    return static("cockpit/cockpit.js")


def _favicon(request: HttpRequest) -> str:
    return static("cockpit/favicon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Loyalty cockpit",
    "SITE_HEADER": "Loyalty cockpit",
    "SITE_SUBHEADER": "loyalty.cockpit.stores.current_store_name",
    "SITE_DROPDOWN": "loyalty.cockpit.stores.switcher",
    "SITE_SYMBOL": "loyalty",
    "SITE_URL": None,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [_stylesheet],
    "SCRIPTS": [_script],
    "COMMAND": {"show_history": False},
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": NAVIGATION},
}

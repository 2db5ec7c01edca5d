"""The settings of a programme, read-only. Only those listed here are shown, so no secret ever is."""

from decimal import Decimal
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api.omniwallet import documents, lists
from loyalty.api.omniwallet.views import OmniwalletView
from loyalty.models import Store
from loyalty.refusals import NotFound

# Key on the wire -> our name in `loyalty.programme`.
SHOWN = {
    "ALL_TIME_NOT_LOCKED": "all_time_not_locked",
    "HELP_EMAIL_ADDRESS": "help_email_address",
    "LOCALE": "locale",
    "POINTS_DAYS_ACTIVE_COUNT": "points_days_active_count",
    "POINTS_DAYS_EXPIRY_AFTER": "points_days_expiry_after",
    "POINTS_DAYS_LOCKED": "points_days_locked",
    "POINTS_VALUE": "points_value",
    "PROGRAM_CONDITIONS_URL": "program_conditions_url",
    "PROGRAM_NAME": "program_name",
    "PROGRAM_POINTS_PLURAL": "program_points_plural",
    "PROGRAM_POINTS_SINGULAR": "program_points_singular",
    "PROGRAM_URL": "program_url",
    "RETURNS": "returns",
    "TIMEZONE": "timezone",
}


def settings_of(store: Store) -> dict[str, str]:
    """Give the settings of a store that partners may see, as texts, in order of their keys."""
    programme = store.programme
    shown = {key: _as_text(getattr(programme, name)) for key, name in SHOWN.items()}
    return dict(sorted({**shown, "CURRENCY": store.currency}.items()))


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def setting_resource(key: str, value: str) -> dict[str, Any]:
    """Give a setting as a resource."""
    return {"type": "settings", "id": key, "attributes": {"value": value}}


_EXAMPLE = setting_resource("POINTS_VALUE", "0.01")


class SettingList(OmniwalletView):
    """The programme's settings, `POINTS_VALUE` (what one point is worth) among them."""

    is_list = True
    filters = ("key",)
    answers = {"GET": {"type": "object", "example": {"data": [_EXAMPLE]}}}

    def get(self, request: Request) -> Response:
        wanted = self.asked.filters.get("key")
        settings = [
            setting_resource(key, value)
            for key, value in settings_of(self.store).items()
            if wanted in {None, key}
        ]
        page: lists.Page[Any] = lists.slice_of(settings, self.asked)
        return Response(documents.collection(page, page.items, address=self.address("settings")))


class SettingDetail(OmniwalletView):
    """One of the programme's settings."""

    answers = {"GET": {"type": "object", "example": {"data": _EXAMPLE}}}

    def get(self, request: Request, setting: str) -> Response:
        value = settings_of(self.store).get(setting)
        if value is None:
            raise NotFound
        address = self.address("settings", setting)
        return Response(documents.single(setting_resource(setting, value), address=address))

"""Where the portal answers: `/portal/…` for the default store, `/portal/{storeCode}/…` for any.

Pages end without a slash and a store's home with one, so no store's code can hide a page.
"""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from customers.portal import entrance, look, pages

app_name = "portal"


def _portal(prefix: str) -> list[URLPattern]:
    return [
        path(prefix, pages.home, name="home"),
        path(f"{prefix}log-in", entrance.log_in, name="log_in"),
        path(f"{prefix}log-out", entrance.log_out, name="log_out"),
        path(f"{prefix}language", entrance.language, name="language"),
        path(f"{prefix}card", pages.card_page, name="card"),
        path(f"{prefix}card/qr.svg", pages.card_qr, name="card_qr"),
        path(f"{prefix}card/code128.svg", pages.card_code128, name="card_code128"),
        path(f"{prefix}history", pages.history, name="history"),
        path(f"{prefix}me", pages.me, name="me"),
        path(f"{prefix}theme.css", look.theme, name="theme"),
        path(f"{prefix}manifest.webmanifest", look.manifest, name="manifest"),
        path(f"{prefix}icon.svg", look.icon_svg, name="icon_svg"),
        path(f"{prefix}icon-<int:size>.png", look.icon_png, name="icon_png"),
    ]


urlpatterns = [
    *_portal(""),
    *_portal("<str:store_code>/"),
    # A store's home typed without its slash.
    path("<str:store_code>", RedirectView.as_view(pattern_name="portal:home")),
]

"""Where the portal answers: `/portal/…` for the default store, `/portal/{storeCode}/…` for any.

Pages end without a slash and a store's home with one, so no store's code can hide a page. The addresses with a
store's code come first, so no page that takes a token can hide a store's page.
"""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from customers.portal import contacts, entrance, friends, joining, leaving, look, pages, passwords, profile

app_name = "portal"


def _portal(prefix: str) -> list[URLPattern]:
    return [
        path(prefix, pages.home, name="home"),
        path(f"{prefix}register", joining.register, name="register"),
        path(f"{prefix}activate", joining.activate, name="activate"),
        path(f"{prefix}activate/<str:token>", joining.activate_by_link, name="activate_by_link"),
        path(f"{prefix}log-in", entrance.log_in, name="log_in"),
        path(f"{prefix}log-out", entrance.log_out, name="log_out"),
        path(f"{prefix}forgot-password", passwords.forgot, name="forgot_password"),
        path(f"{prefix}reset-password/<str:token>", passwords.reset, name="reset_password"),
        path(f"{prefix}language", entrance.language, name="language"),
        path(f"{prefix}card", pages.card_page, name="card"),
        path(f"{prefix}card/qr.svg", pages.card_qr, name="card_qr"),
        path(f"{prefix}card/code128.svg", pages.card_code128, name="card_code128"),
        path(f"{prefix}history", pages.history, name="history"),
        path(f"{prefix}me", pages.me, name="me"),
        path(f"{prefix}me/profile", profile.details, name="profile"),
        path(f"{prefix}me/email", contacts.email, name="email"),
        path(f"{prefix}me/phone", contacts.phone, name="phone"),
        path(f"{prefix}confirm-change", contacts.confirm_by_code, name="confirm_change"),
        path(f"{prefix}confirm-change/<str:token>", contacts.confirm_by_link, name="confirm_by_link"),
        path(f"{prefix}me/agreements", profile.agreements, name="agreements"),
        path(f"{prefix}me/picture", profile.picture, name="picture"),
        path(f"{prefix}me/picture/file", profile.avatar, name="avatar"),
        path(f"{prefix}me/picture/remove", profile.remove_picture, name="remove_picture"),
        path(f"{prefix}me/password", passwords.change, name="change_password"),
        path(f"{prefix}me/log-out-everywhere", passwords.log_out_everywhere, name="log_out_everywhere"),
        path(f"{prefix}invite", friends.invite, name="invite"),
        path(f"{prefix}download-my-data", leaving.download, name="download"),
        path(f"{prefix}delete-my-account", leaving.delete, name="delete"),
        path(f"{prefix}goodbye", leaving.goodbye, name="goodbye"),
        path(f"{prefix}theme.css", look.theme, name="theme"),
        path(f"{prefix}manifest.webmanifest", look.manifest, name="manifest"),
        path(f"{prefix}icon.svg", look.icon_svg, name="icon_svg"),
        path(f"{prefix}icon-<int:size>.png", look.icon_png, name="icon_png"),
    ]


urlpatterns = [
    *_portal("<str:store_code>/"),
    *_portal(""),
    # A store's home typed without its slash.
    path("<str:store_code>", RedirectView.as_view(pattern_name="portal:home")),
]

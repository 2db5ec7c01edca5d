"""The cockpit's admin site."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.decorators import csp_update
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from unfold.sites import UnfoldAdminSite

from loyalty import authentication
from loyalty.actors import ActorKind
from loyalty.cockpit import entrance, palette, stores
from loyalty.models import StaffUser

View = Callable[..., HttpResponse]

# The cockpit's own words are English; a browser's other language would mix with them.
LANGUAGE = "en"
# Alpine, in the build that django-unfold ships, compiles the expressions in its attributes
# (docs/decisions/0003-cockpit-csp.md). Nothing else is allowed here that is not allowed everywhere.
allow_alpine = cast(Callable[[View], View], csp_update({"script-src": ["'unsafe-eval'"]}))


def in_store_zone(view: View) -> View:
    """Wrap a view so that it computes and renders in the current store's time zone and the cockpit's language."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        zone = stores.zone(request) if request.user.is_authenticated else None
        with translation.override(LANGUAGE), timezone.override(zone):
            response = view(request, *args, **kwargs)
            if isinstance(response, TemplateResponse) and not response.is_rendered:
                response.render()
        return response

    return wrapped


class CockpitSite(UnfoldAdminSite):
    """Unfold's site with our palette, store switcher, time zone and Content-Security-Policy."""

    index_title = "Dashboard"
    index_template = "cockpit/dashboard.html"
    enable_nav_sidebar = True
    login_form = entrance.LogInForm

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Rows go one by one, through the capability function that knows what hangs on them.
        self.disable_action("delete_selected")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        return allow_alpine(super().admin_view(in_store_zone(view), cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = allow_alpine(in_store_zone(super().login))(request, extra_context)
        if request.method == "POST":
            self._note_log_in(request, is_in=response.status_code == 302)
            form = (getattr(response, "context_data", None) or {}).get("form")
            if getattr(form, "is_closed", False):
                response.status_code = 429
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change one's own password, by the rules and the capability of every other face."""
        view = PasswordChangeView.as_view(
            form_class=entrance.OwnPasswordForm,
            template_name="registration/password_change_form.html",
            success_url=reverse(f"{self.name}:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return cast(HttpResponse, view(request))

    def _note_log_in(self, request: HttpRequest, *, is_in: bool) -> None:
        if is_in and isinstance(request.user, StaffUser):
            authentication.note_success(request.user, at=timezone.now())
        else:
            authentication.note_failure(ActorKind.ADMIN, store_id=None, at=timezone.now())

    def extra_urls(self) -> list[URLPattern]:
        """Add the cockpit's own pages to the admin's. The log-in shows a link to the one named as Django names it."""
        return [
            path("store/<uuid:store_id>/", self.admin_view(stores.switch), name="switch_store"),
            path("forgot-password", self._open_page(entrance.forgot_password), name="admin_password_reset"),
            path(
                "reset-password/<str:token>", self._open_page(entrance.reset_password), name="reset_password"
            ),
        ]

    def _open_page(self, view: View) -> View:
        """Wrap a page for who is not logged in."""

        def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return view(request, **kwargs, context=self.each_context(request))

        return allow_alpine(in_store_zone(wrapped))

    def extra_context(self, context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
        """Give every page the current store, and no inline colours: they are in the style sheet."""
        context["colors"] = None
        context["cockpit_store"] = stores.current_store(request) if request.user.is_authenticated else None
        return context

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer the command palette, always fresh: what was registered a second ago can be found."""
        term = request.GET.get("s", "").strip()[:100]
        if not term:
            return HttpResponse()
        context = {"results": palette.find(self, request, term), "page_counter": 0, "term": term}
        return TemplateResponse(request, "cockpit/palette.html", context, headers={"HX-Trigger": "search"})

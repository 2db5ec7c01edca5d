"""The way in and out of the portal, and its language."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from customers import authentication
from customers.portal import session
from customers.portal.forms import PortalForm, filled, password_field, show, text_field
from customers.portal.frame import form_page, store_page
from customers.templatetags.portal import portal_path
from loyalty import throttles
from loyalty.models import Store

_YEAR = timedelta(days=365)


class LogInForm(PortalForm):
    """What a customer types to get in; whether it is right is the capability's to say."""

    identifier = text_field(
        _("E-mail, phone or card number"),
        autocomplete="username",
        limit=254,
        required=True,
        attrs={"autocapitalize": "none"},
    )
    password = password_field(_("Password"))


@never_cache
@form_page
@store_page
def log_in(request: HttpRequest, store: Store) -> HttpResponse:
    """Show the log-in, and let a customer in who proves to be one."""
    if request.method != "POST" and session.customer_of(request, store):
        return redirect(portal_path(store, "home"))
    form = filled(LogInForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            customer = authentication.log_in(
                store, **form.cleaned_data, address=throttles.client_address(request), at=timezone.now()
            )
            session.open_session(request, customer)
            return redirect(_page_within(store, request.GET.get("next", "")))
    return show(request, store, "log_in", "log_in", form)


def _page_within(store: Store, wanted: str) -> str:
    """Give the wanted page, if it is one of this portal, else home."""
    home = portal_path(store, "home")
    is_ours = wanted.startswith(home) and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else home


@require_POST
@store_page
def log_out(request: HttpRequest, store: Store) -> HttpResponse:
    """End the customer's log-in in this browser."""
    session.close_session(request, store)
    return redirect(portal_path(store, "log_in"))


@require_POST
@store_page
def language(request: HttpRequest, store: Store) -> HttpResponse:
    """Remember the reader's language and go back to the page they were on."""
    response = redirect(_page_within(store, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if check_for_language(chosen):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response

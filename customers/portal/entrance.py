"""The way in and out of the portal, and its language."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from customers import authentication
from customers.portal import session
from customers.portal.frame import page_context, store_page
from customers.templatetags.portal import portal_path
from loyalty import throttles
from loyalty.models import Store
from loyalty.refusals import Refusal

_YEAR = timedelta(days=365)
_INPUT = "input input-lg w-full aria-invalid:input-error"


class LogInForm(forms.Form):
    """What a customer types to get in; whether it is right is the capability's to say."""

    identifier = forms.CharField(
        label=_("E-mail, phone or card number"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "class": _INPUT,
                "autocomplete": "username",
                "autocapitalize": "none",
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(
            attrs={
                "class": _INPUT,
                "autocomplete": "current-password",
            }
        ),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@store_page
def log_in(request: HttpRequest, store: Store) -> HttpResponse:
    """Show the log-in, and let a customer in who proves to be one."""
    if request.method != "POST":
        if session.customer_of(request, store):
            return redirect(portal_path(store, "home"))
        return _show_form(request, store, LogInForm())
    form = LogInForm(request.POST)
    if not form.is_valid():
        return _show_form(request, store, form, status=400)
    try:
        customer = authentication.log_in(
            store, **form.cleaned_data, address=throttles.client_address(request), at=timezone.now()
        )
    except Refusal as refusal:
        form.add_error(None, _say(refusal))
        status = 429 if isinstance(refusal, authentication.TooManyAttempts) else 400
        return _show_form(request, store, form, status=status)
    session.open_session(request, customer)
    return redirect(_page_within(store, request.GET.get("next", "")))


def _show_form(request: HttpRequest, store: Store, form: LogInForm, **response: Any) -> HttpResponse:
    return render(request, "portal/log_in.html", page_context(store, "log_in", form=form), **response)


def _say(refusal: Refusal) -> str:
    sentences = {
        authentication.WrongCredentials: gettext("We do not know this combination. Check both fields."),
        authentication.NotActive: gettext("This account is not active. Ask the staff to activate it."),
        authentication.TooManyAttempts: gettext("Too many attempts. Try again in {minutes} minutes."),
    }
    return sentences[type(refusal)].format(**refusal.facts)


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

"""Passwords: ask for a link because one is forgotten, choose a new one, change it, end every log-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from customers import passwords
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import PortalForm, filled, new_password_field, password_field, show, text_field
from customers.portal.frame import customer_page, form_page, store_page
from customers.templatetags.portal import portal_path
from loyalty import throttles, tokens
from loyalty.models import Store


class ForgottenForm(PortalForm):
    """Who forgot the password."""

    identifier = text_field(_("E-mail or phone"), autocomplete="username", limit=254, required=True)


class NewPasswordForm(PortalForm):
    """The password to be. Once is enough: it can be shown."""

    password = new_password_field(_("New password"))


class ChangePasswordForm(PortalForm):
    """The password that was, as proof, and the one to be."""

    current = password_field(_("Current password"))
    password = new_password_field(_("New password"))


@never_cache
@form_page
@store_page
def forgot(request: HttpRequest, store: Store) -> HttpResponse:
    """Send a link to whoever asks for one; the answer is the same for those who have no account."""
    form = filled(ForgottenForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            passwords.request_reset(
                store,
                identifier=form.cleaned_data["identifier"],
                at=timezone.now(),
                address=throttles.client_address(request),
            )
            return redirect(f"{portal_path(store, 'forgot_password')}?done=sent")
    return show(request, store, "forgot_password", "forgot_password", form)


@never_cache
@form_page
@store_page
def reset(request: HttpRequest, store: Store, token: str) -> HttpResponse:
    """Take a new password from whoever holds the link. It opens nothing: the log-in comes afterwards."""
    form = filled(NewPasswordForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            passwords.reset(
                token,
                password=form.cleaned_data["password"],
                at=timezone.now(),
                address=throttles.client_address(request),
                store=store,
            )
            return redirect(f"{portal_path(store, 'log_in')}?done=password")
    return show(request, store, "reset_password", "reset_password", form)


@form_page
@customer_page
def change(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Change the password, which ends every other log-in; this one goes on under a new key."""
    form = filled(ChangePasswordForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            changed = passwords.change(
                customer,
                current=form.cleaned_data["current"],
                new=form.cleaned_data["password"],
                at=timezone.now(),
                actor=session.actor_of(customer),
            )
            session.open_session(request, changed)
            return redirect(f"{portal_path(store, 'me')}?done=password")
    return show(request, store, "password", "me", form, customer=customer)


@form_page
@customer_page
def log_out_everywhere(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """End every log-in of the customer, on every device and in every app."""
    if request.method != "POST":
        return redirect(portal_path(store, "me"))
    tokens.log_out(customer.as_principal())
    session.close_session(request, store)
    return redirect(f"{portal_path(store, 'log_in')}?done=everywhere")

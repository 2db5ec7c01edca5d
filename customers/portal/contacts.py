"""Another e-mail address or phone number, for the password.

It counts once its owner has answered a message sent there.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers import contact_changes, pending_contacts
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import PortalForm, ProofForm, code_field, email_field, filled, phone_field, show
from customers.portal.frame import customer_page, form_page
from customers.templatetags.portal import portal_path
from loyalty import throttles
from loyalty.models import Store
from loyalty.refusals import Refusal


class EmailForm(ProofForm):
    """The address to be."""

    field_order = ("email", "password")

    email = email_field(_("New e-mail address"))


class PhoneForm(ProofForm):
    """The number to be."""

    field_order = ("phone", "password")

    phone = phone_field(_("New phone number"))


class CodeForm(PortalForm):
    """The code that came by text message."""

    code = code_field(_("Code from the message"))


@form_page
@customer_page
def email(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Ask for another e-mail address."""
    return _change(request, store, customer, EmailForm, "email")


@form_page
@customer_page
def phone(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Ask for another phone number."""
    return _change(request, store, customer, PhoneForm, "phone")


def _change(
    request: HttpRequest, store: Store, customer: Customer, form_class: type[ProofForm], field: str
) -> HttpResponse:
    form = filled(form_class, request)
    actor = session.actor_of(customer)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            form.prove(customer)
            waits = contact_changes.request_change(
                customer, field=field, value=form.cleaned_data[field], at=timezone.now(), actor=actor
            )
            if waits:
                return redirect(f"{portal_path(store, 'confirm_change')}?done={field}")
            return redirect(f"{portal_path(store, 'me')}?done=contact")
    is_held = pending_contacts.held_field(customer, actor=actor) == field
    return show(request, store, "contact", "me", form, customer=customer, field=field, is_held=is_held)


@form_page
@customer_page
def confirm_by_code(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Say what was sent where, send it again, and take the code of a text message."""
    if "again" in request.POST:
        return _send_again(request, store, customer)
    form = filled(CodeForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            return _confirm(request, store, customer, form.cleaned_data["code"])
    return _show_waiting(request, store, customer, form)


def _send_again(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    form = CodeForm()
    try:
        contact_changes.send_again(customer, at=timezone.now(), actor=session.actor_of(customer))
    except Refusal as refusal:
        form = CodeForm({})
        form.errors.clear()
        form.tell(refusal)
        return _show_waiting(request, store, customer, form)
    return redirect(f"{portal_path(store, 'confirm_change')}?done=again")


def _show_waiting(request: HttpRequest, store: Store, customer: Customer, form: CodeForm) -> HttpResponse:
    waiting = pending_contacts.waiting(customer)
    if waiting is None:
        return redirect(portal_path(store, "me"))
    by_code = pending_contacts.field_of(waiting) == "phone"
    return show(
        request, store, "confirm_change", "me", form, customer=customer, waiting=waiting, by_code=by_code
    )


@form_page
@customer_page
def confirm_by_link(request: HttpRequest, store: Store, customer: Customer, token: str) -> HttpResponse:
    """Show a button that confirms the change: what only follows links uses nothing up."""
    form = filled(PortalForm, request)
    if form.is_bound:
        with form.telling_refusals():
            return _confirm(request, store, customer, token)
    return show(request, store, "confirm_by_link", "me", form, customer=customer)


def _confirm(request: HttpRequest, store: Store, customer: Customer, raw: str) -> HttpResponse:
    address = throttles.client_address(request)
    contact_changes.confirm_change(customer, raw, at=timezone.now(), address=address)
    return redirect(f"{portal_path(store, 'me')}?done=contact")

"""How somebody becomes a customer: register, prove the address, activate.

Where the programme wants accounts activated, nobody learns here who has one: a taken address answers as a free one.
"""

from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from customers import activation, authentication, registration
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import (
    PortalForm,
    agreement_field,
    birthday_field,
    code_field,
    email_field,
    filled,
    new_password_field,
    phone_field,
    show,
    text_field,
)
from customers.portal.frame import form_page, page_context, store_page
from customers.profile import Profile
from customers.refusals import EmailTaken, PhoneTaken
from customers.registration import Door
from customers.templatetags.portal import portal_path
from loyalty import knocks, throttles
from loyalty.actors import Actor, ActorKind
from loyalty.models import Store
from loyalty.passwords import check_rules
from loyalty.programme import CommunicationMethod


class RegisterForm(PortalForm):
    """Who somebody is, how to reach them, and what they agree to."""

    first_name = text_field(_("First name"), autocomplete="given-name", required=True)
    last_name = text_field(_("Last name"), autocomplete="family-name", required=True)
    email = email_field(_("E-mail"))
    phone = phone_field(_("Phone"), required=False)
    birth_date = birthday_field(_("Date of birth"))
    password = new_password_field(_("Password"))
    agreement1 = agreement_field(_("I agree to the terms of the programme"), required=True)
    agreement2 = agreement_field(_("I want to receive news and offers"))
    agreement3 = agreement_field(_("I agree that my purchases are used to make offers that suit me"))

    @property
    def profile(self) -> Profile:
        """Give what was filled in, in the domain's words."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "password"}
        return Profile(**values)  # type: ignore[typeddict-item]  # the fields are named like its keys


class CodeForm(PortalForm):
    """The code that came by text message."""

    code = code_field(_("Code from the message"))


class AgainForm(PortalForm):
    """Whom to send another message."""

    identifier = text_field(_("E-mail or phone"), autocomplete="username", limit=254, required=True)


@never_cache
@form_page
@store_page
def register(request: HttpRequest, store: Store) -> HttpResponse:
    """Show the registration, and register who filled it in."""
    if request.method != "POST" and session.customer_of(request, store):
        return redirect(portal_path(store, "home"))
    form = filled(RegisterForm, request)
    invitation = request.GET.get("invitation", "").replace("\x00", "")
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            knocks.admit(
                "register", account=form.cleaned_data["email"], address=throttles.client_address(request)
            )
            check_rules(form.cleaned_data["password"])
            join = _join_waiting if store.programme.account_activation_required else _join_at_once
            return join(request, store, form, invitation)
    return show(request, store, "register", "register", form, invitation=invitation)


def _join_waiting(request: HttpRequest, store: Store, form: RegisterForm, invitation: str) -> HttpResponse:
    """Register somebody whose account waits for its activation; nobody learns whether they had one before."""
    with suppress(EmailTaken, PhoneTaken):
        _register(store, form, invitation)
    by_sms = store.programme.preferred_communication_method is CommunicationMethod.SMS
    sent_to = (by_sms and form.cleaned_data["phone"]) or form.cleaned_data["email"]
    context = page_context(
        store,
        "activate",
        form=CodeForm(),
        again=AgainForm(),
        sent_to=sent_to,
        by_code=sent_to != form.cleaned_data["email"],
    )
    return render(request, "portal/activate.html", context)


def _join_at_once(request: HttpRequest, store: Store, form: RegisterForm, invitation: str) -> HttpResponse:
    """Register somebody and let them in. Who sends the form twice, or forgot that they are in, gets in as well."""
    try:
        customer = _register(store, form, invitation)
    except EmailTaken as taken:
        customer = _log_in_instead(request, store, form, taken)
    session.open_session(request, customer)
    return redirect(portal_path(store, "home"))


def _register(store: Store, form: RegisterForm, invitation: str) -> Customer:
    return registration.register_customer(
        store,
        door=Door.SELF,
        details=form.profile,
        password=form.cleaned_data["password"],
        invitation_token=invitation,
        at=timezone.now(),
        actor=Actor(kind=ActorKind.CUSTOMER),
    )


def _log_in_instead(request: HttpRequest, store: Store, form: RegisterForm, taken: EmailTaken) -> Customer:
    try:
        return authentication.log_in(
            store,
            identifier=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            address=throttles.client_address(request),
            at=timezone.now(),
        )
    except (authentication.WrongCredentials, authentication.NotActive):
        raise taken from None


@never_cache
@form_page
@store_page
def activate(request: HttpRequest, store: Store) -> HttpResponse:
    """Take the code of a text message, or send another message."""
    if "identifier" in request.POST:
        return _send_again(request, store)
    form = filled(CodeForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            return _activate(request, store, form.cleaned_data["code"])
    return show(request, store, "activate", "activate", form, again=AgainForm())


def _send_again(request: HttpRequest, store: Store) -> HttpResponse:
    again = filled(AgainForm, request)
    if again.is_valid():
        with again.telling_refusals():
            activation.ask_for_activation(
                store,
                identifier=again.cleaned_data["identifier"],
                at=timezone.now(),
                address=throttles.client_address(request),
            )
            return redirect(f"{portal_path(store, 'activate')}?done=sent")
    again.focus()
    context = page_context(store, "activate", form=CodeForm(), again=again)
    return render(request, "portal/activate.html", context, status=again.status)


@never_cache
@form_page
@store_page
def activate_by_link(request: HttpRequest, store: Store, token: str) -> HttpResponse:
    """Show a button that activates the account: what only follows links, as mail scanners do, uses nothing up."""
    form = filled(PortalForm, request)
    if form.is_bound:
        with form.telling_refusals():
            return _activate(request, store, token)
    return show(request, store, "activate_by_link", "activate", form)


def _activate(request: HttpRequest, store: Store, raw: str) -> HttpResponse:
    address = throttles.client_address(request)
    activation.activate_with_code(store, raw, at=timezone.now(), address=address)
    return redirect(f"{portal_path(store, 'log_in')}?done=activated")

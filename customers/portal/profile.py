"""What a customer changes about themselves at once: name and address, agreements, picture."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from customers import avatars, profile
from customers.models import Customer
from customers.portal import session
from customers.portal.forms import (
    PortalForm,
    agreement_field,
    birthday_field,
    choice_field,
    filled,
    picture_field,
    show,
    text_field,
)
from customers.portal.frame import customer_page, form_page
from customers.templatetags.portal import portal_path
from loyalty.models import Store

_NAME = ("first_name", "last_name", "gender", "birth_date")
# What an envelope needs; province and country stay as the staff wrote them.
_ADDRESS = ("street", "address1", "address2", "postal", "city")


class ProfileForm(PortalForm):
    """Name, gender, birthday and address."""

    first_name = text_field(_("First name"), autocomplete="given-name", required=True)
    last_name = text_field(_("Last name"), autocomplete="family-name", required=True)
    gender = choice_field(
        _("Gender"),
        choices=[
            ("", _("No answer")),
            (Customer.Gender.FEMALE, _("Woman")),
            (Customer.Gender.MALE, _("Man")),
            (Customer.Gender.NOT_DISCLOSED, _("I would rather not say")),
        ],
        autocomplete="sex",
    )
    birth_date = birthday_field(_("Date of birth"))
    street = text_field(_("Street"), autocomplete="address-line1")
    address1 = text_field(_("House number"), autocomplete="off")
    address2 = text_field(_("Flat"), autocomplete="off")
    postal = text_field(_("Postal code"), autocomplete="postal-code", limit=32)
    city = text_field(_("City"), autocomplete="address-level2")


class AgreementsForm(PortalForm):
    """What the customer agrees to beyond the terms, which they took when they came."""

    agreement2 = agreement_field(_("I want to receive news and offers"))
    agreement3 = agreement_field(_("I agree that my purchases are used to make offers that suit me"))


class PictureForm(PortalForm):
    """A picture of the customer."""

    PLACES: ClassVar[dict[str, str]] = {"file": "picture"}

    picture = picture_field(_("Picture"))


@form_page
@customer_page
def details(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Change name, gender, birthday and address."""
    known = {name: getattr(customer, name) for name in (*_NAME, *_ADDRESS)}
    form = filled(ProfileForm, request, initial=known)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        address: Any = {name: getattr(customer, name) for name in profile.ADDRESS_FIELDS}
        address |= {name: values[name] for name in _ADDRESS}
        changed: Any = {name: values[name] for name in _NAME} | {"address": address}
        with form.telling_refusals():
            _update(customer, changed)
            return _done(store, "profile")
    return show(request, store, "profile", "me", form, customer=customer)


@form_page
@customer_page
def agreements(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Give an agreement or take it back."""
    known = {"agreement2": customer.agreement2, "agreement3": customer.agreement3}
    form = filled(AgreementsForm, request, initial=known)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            _update(customer, form.cleaned_data)
            return _done(store, "agreements")
    return show(request, store, "agreements", "me", form, customer=customer)


@form_page
@customer_page
def picture(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Show the customer's picture and take a new one."""
    form = filled(PictureForm, request)
    if form.is_bound and form.is_valid():
        with form.telling_refusals():
            file = form.cleaned_data["picture"]
            avatars.set_avatar(customer, file, at=timezone.now(), actor=session.actor_of(customer))
            return _done(store, "picture")
    return show(request, store, "picture", "me", form, customer=customer)


@form_page
@customer_page
def remove_picture(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Take the picture away. Whoever comes here from the log-in finds the button again."""
    if request.method != "POST":
        return redirect(portal_path(store, "picture"))
    avatars.remove_avatar(customer, at=timezone.now(), actor=session.actor_of(customer))
    return _done(store, "picture-removed")


@require_safe
@customer_page
def avatar(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Serve the customer's picture to themselves."""
    known = avatars.open_avatar(customer)
    if known is None:
        raise Http404
    return HttpResponse(known.content, content_type=known.content_type)


def _update(customer: Customer, changed: Any) -> None:
    profile.update_profile(customer, profile=changed, at=timezone.now(), actor=session.actor_of(customer))


def _done(store: Store, what: str) -> HttpResponse:
    return redirect(f"{portal_path(store, 'me')}?done={what}")

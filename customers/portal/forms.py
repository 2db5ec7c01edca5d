"""What the portal's forms have in common: how fields look, and how a refusal gets to the field at fault."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.portal import words
from customers.portal.frame import page_context
from loyalty.actors import ActorKind
from loyalty.models import Store
from loyalty.passwords import verify_current
from loyalty.refusals import Refusal

_INPUT = "input input-lg w-full aria-invalid:input-error"
_WAIT = "wait"
_EARLIEST = date(1900, 1, 1)
_Form = TypeVar("_Form", bound="PortalForm")


class PortalForm(forms.Form):
    """A form of the portal. `PLACES` says which field shows what is wrong with a value of the domain."""

    PLACES: ClassVar[dict[str, str]] = {}
    # The code of what the domain refused, for a page that helps on.
    refused = ""

    @contextmanager
    def telling_refusals(self) -> Iterator[None]:
        """Show what the domain refuses inside at its field, or above the form where it has none here."""
        try:
            yield
        except Refusal as refusal:
            self.tell(refusal)

    def tell(self, refusal: Refusal) -> None:
        """Show one refusal."""
        self.refused = refusal.code
        wanted = self.PLACES.get(refusal.at_field or "", refusal.at_field)
        code = _WAIT if refusal.code in words.WAITING else "refused"
        self.add_error(
            wanted if wanted in self.fields else None, ValidationError(words.say(refusal), code=code)
        )

    @property
    def status(self) -> int:
        """Give the status of the page that shows the form."""
        if any(self.has_error(name, _WAIT) for name in self.errors):
            return 429
        return 400 if self.errors else 200

    def focus(self) -> None:
        """Put the cursor where the first mistake is."""
        for name in self.fields:
            if name in self.errors:
                self.fields[name].widget.attrs["autofocus"] = True
                return


def filled(form_class: type[_Form], request: HttpRequest, **circumstances: Any) -> _Form:
    """Make a form of what was sent, or an empty one where nothing was."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **circumstances)
    return form_class(**circumstances)


def show(
    request: HttpRequest, store: Store, template: str, page: str, form: PortalForm, **facts: Any
) -> HttpResponse:
    """Show a page with its form: kept input, errors at their fields, the cursor at the first."""
    form.focus()
    context = page_context(store, page, form=form, **facts)
    return render(request, f"portal/{template}.html", context, status=form.status)


def text_field(label: Any, *, autocomplete: str, limit: int = 255, **options: Any) -> forms.CharField:
    """Make a field for one line of text."""
    attrs = {"class": _INPUT, "autocomplete": autocomplete, **options.pop("attrs", {})}
    return forms.CharField(
        label=label, max_length=limit, widget=forms.TextInput(attrs=attrs), **{"required": False, **options}
    )


def email_field(label: Any, *, autocomplete: str = "email", **options: Any) -> forms.CharField:
    """Make a field for an e-mail address; whether it is one is the domain's to say."""
    attrs = {"class": _INPUT, "autocomplete": autocomplete, "autocapitalize": "none"}
    return forms.CharField(label=label, max_length=254, widget=forms.EmailInput(attrs=attrs), **options)


def phone_field(label: Any, *, autocomplete: str = "tel", **options: Any) -> forms.CharField:
    """Make a field for a phone number; whether it is one is the domain's to say."""
    attrs = {"class": _INPUT, "autocomplete": autocomplete}
    return forms.CharField(
        label=label, max_length=32, widget=forms.TextInput(attrs={**attrs, "type": "tel"}), **options
    )


def password_field(label: Any, *, autocomplete: str = "current-password", **options: Any) -> forms.CharField:
    """Make a field for a password, with blanks and signs as they are typed."""
    attrs = {"class": _INPUT, "autocomplete": autocomplete}
    return forms.CharField(
        label=label, max_length=1024, strip=False, widget=forms.PasswordInput(attrs=attrs), **options
    )


def new_password_field(label: Any) -> forms.CharField:
    """Make a field for a password to be, which says the rules before anybody breaks one."""
    return password_field(
        label,
        autocomplete="new-password",
        help_text=_(
            "At least 8 characters, with upper and lower case letters, a number and a special character."
        ),
    )


def birthday_field(label: Any) -> forms.DateField:
    """Make a field for a date of birth, with the device's own calendar."""
    attrs = {"class": _INPUT, "autocomplete": "bday", "type": "date", "min": _EARLIEST.isoformat()}
    message = _("Nobody was born on this day. Check the year.")
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(_EARLIEST, message=message),
            MaxValueValidator(timezone.localdate, message=message),
        ],
    )


def choice_field(label: Any, *, choices: Any, autocomplete: str, **options: Any) -> forms.ChoiceField:
    """Make a field for one of a few values."""
    attrs = {"class": "select select-lg w-full aria-invalid:select-error", "autocomplete": autocomplete}
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.Select(attrs=attrs), **options
    )


def agreement_field(label: Any, **options: Any) -> forms.BooleanField:
    """Make a box to tick."""
    widget = forms.CheckboxInput(attrs={"class": "checkbox checkbox-lg shrink-0 aria-invalid:checkbox-error"})
    return forms.BooleanField(label=label, widget=widget, **{"required": False, **options})


def code_field(label: Any) -> forms.CharField:
    """Make a field for a code that came by text message; phones offer to fill it in."""
    attrs = {"class": f"{_INPUT} tracking-widest", "autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(label=label, max_length=64, widget=forms.TextInput(attrs=attrs))


def picture_field(label: Any) -> forms.FileField:
    """Make a field for a picture; whether it is one is the domain's to say."""
    attrs = {
        "class": "w-full py-2",
        "accept": "image/jpeg,image/png,image/webp,image/gif",
    }
    return forms.FileField(label=label, widget=forms.FileInput(attrs=attrs))


class ProofForm(PortalForm):
    """The password, as proof that it is the customer who asks and not whoever found their phone unlocked."""

    PLACES: ClassVar[dict[str, str]] = {"current": "password"}

    password = password_field(_("Your password"))

    def prove(self, customer: Customer) -> None:
        """Make sure that the password is the customer's.

        Raises: WrongCurrentPassword, TooManyWrongPasswords. Never called inside a transaction, which would undo the
        count.
        """
        verify_current(customer, self.cleaned_data["password"], kind=ActorKind.CUSTOMER)

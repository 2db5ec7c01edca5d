"""The way into the cockpit: log-in, a link for who forgot the password, its page, and the change by who knows it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from loyalty import log_ins, passwords, throttles
from loyalty.actors import ActorKind
from loyalty.models import StaffUser
from loyalty.refusals import Refusal

_form_page = require_http_methods(["GET", "HEAD", "POST"])


class LogInForm(AuthenticationForm):
    """Name and password. Guesses are counted together with those at the API's log-in of staff."""

    # Whether too many guesses have closed the way for a while.
    is_closed = False

    def clean(self) -> dict[str, Any]:
        if "username" not in self.cleaned_data or "password" not in self.cleaned_data:
            return self.cleaned_data
        try:
            found = log_ins.attempt(
                self._verify,
                account=log_ins.staff_account(self.cleaned_data["username"]),
                address=throttles.client_address(self.request),
            )
        except log_ins.TooManyAttempts as refusal:
            self.is_closed, self.user_cache = True, None
            raise ValidationError(str(refusal)) from None
        if found is None:
            raise self.get_invalid_login_error()
        return self.cleaned_data

    def _verify(self) -> Any:
        """Give the user whose name and password these are, or None."""
        try:
            super().clean()
        except ValidationError:
            return None
        return self.user_cache


class ForgottenForm(forms.Form):
    """Who forgot the password."""

    username = forms.CharField(
        label="Log-in name or e-mail",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class NewPasswordForm(forms.Form):
    """The password to be."""

    password = forms.CharField(
        label="New password",
        max_length=128,
        strip=False,
        help_text=passwords.RULES,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )


class OwnPasswordForm(AdminOwnPasswordChangeForm):
    """The password that was, as proof, and the one to be, twice."""

    user: Any

    def clean_old_password(self) -> str:
        current: str = self.cleaned_data["old_password"]
        try:
            passwords.verify_current(self.user, current, kind=ActorKind.ADMIN)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from None
        return current

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        passwords.DocumentedRules().validate(new)
        return new

    def save(self, commit: bool = True) -> StaffUser:
        """Change the password. This browser stays logged in; every other log-in ends."""
        user = StaffUser.objects.get(pk=self.user.pk)
        passwords.change(
            user,
            current=self.cleaned_data["old_password"],
            new=self.cleaned_data["new_password1"],
            at=timezone.now(),
            actor=user.as_principal().actor,
        )
        user.refresh_from_db()
        # The view renews this session for the user of the form.
        self.user = user
        return user


@never_cache
@_form_page
def forgot_password(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Take the name of who forgot the password; the answer is the same for names that nobody has."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid() and _try(form, lambda: _send_link(request, form)):
        messages.success(request, "If this name is known, a link is on its way to its e-mail address.")
        return HttpResponseRedirect(reverse("admin:login"))
    return _show(request, context, form, title="Forgotten your password?", button="Send me a link")


@sensitive_post_parameters("password")
@never_cache
@_form_page
def reset_password(request: HttpRequest, token: str, *, context: dict[str, Any]) -> HttpResponse:
    """Take a new password from whoever holds the link; the log-in comes afterwards."""
    form = NewPasswordForm(request.POST or None)
    if form.is_valid() and _try(form, lambda: _set_password(request, form, token)):
        messages.success(request, "Log in with your new password.")
        return HttpResponseRedirect(reverse("admin:login"))
    return _show(request, context, form, title="Choose a new password", button="Save the password")


def _send_link(request: HttpRequest, form: forms.Form) -> None:
    passwords.request_reset(
        username=form.cleaned_data["username"],
        at=timezone.now(),
        address=throttles.client_address(request),
    )


def _set_password(request: HttpRequest, form: forms.Form, token: str) -> None:
    passwords.reset(
        token,
        password=form.cleaned_data["password"],
        at=timezone.now(),
        address=throttles.client_address(request),
    )


def _try(form: forms.Form, act: Any) -> bool:
    """Do something and tell whether it was done; a refusal becomes an error of the form."""
    try:
        act()
    except Refusal as refusal:
        form.add_error(refusal.at_field if refusal.at_field in form.fields else None, str(refusal))
        return False
    return True


def _show(
    request: HttpRequest, context: dict[str, Any], form: forms.Form, *, title: str, button: str
) -> HttpResponse:
    facts = {**context, "form": form, "title": title, "button": button, "login_url": reverse("admin:login")}
    return TemplateResponse(
        request, "cockpit/entrance.html", facts, status=400 if form.is_bound and form.errors else 200
    )

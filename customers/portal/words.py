"""What the domain refuses, in words for customers: by the refusal's code, in the reader's language."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loyalty.cockpit import formats
from loyalty.refusals import Refusal

SENTENCES: dict[str, str | Promise] = {
    "log_in.wrong_credentials": _("We do not know this combination. Check both fields."),
    "log_in.not_active": _("This account is not active. Activate it, or ask the staff to do so."),
    "log_in.too_many_attempts": _("Too many attempts. Try again in {minutes} minutes."),
    "customer.email_taken": _("This e-mail address has an account already."),
    "customer.phone_taken": _("This phone number belongs to another account."),
    "customer.email_invalid": _("This is not an e-mail address. Check it for typing errors."),
    "customer.phone_invalid": _(
        "This is not a phone number. Write it with its country prefix, like +48 500 100 200."
    ),
    "customer.field_invalid": _("This value is too long or contains signs that cannot be kept."),
    "customer.profile_edits_closed": _("In this programme, the staff change profiles. Ask them at the till."),
    "customer.deleted": _("This account no longer exists."),
    "password.current_wrong": _("This is not your password."),
    "password.too_many_attempts": _("Too many attempts. Try again in {minutes} minutes."),
    "request.too_many": _("Too many requests. Try again in {minutes} minutes."),
    "code.unknown": _("This link or code is not valid any more. Ask for a new one."),
    "code.too_many_guesses": _("Too many attempts. Try again in {minutes} minutes."),
    "image.too_large": _("The picture is too large: {megabytes} MB at most. Choose a smaller one."),
    "image.not_accepted": _("This file is not a picture we can read. Choose a JPEG, PNG, WebP or GIF."),
    "invitation.recipient_missing": _("Write an e-mail address or a phone number."),
    "invitation.own_address": _("This is your own address. Invite somebody else."),
    "invitation.too_many": _("You have sent {limit} invitations today. Try again tomorrow."),
    "invitation.not_active": _("Only active customers can invite friends."),
    "customer.unknown": _("No member is known by this e-mail, phone or card number."),
    "points.not_enough": _("You do not have that many points."),
    "points.invalid": _("Write more than zero, with at most two decimals."),
    "points.same_wallet": _("This is you. Give the points to somebody else."),
    "points.external_id_taken": _("This form was sent before. Open the page again."),
    "points.gift_daily_limit": _("In a day you can give {limit} points. Today there are {left} left."),
    "points.gift_account_too_young": _("You can give points from {day}."),
    "points.gift_too_many": _("You have tried many addresses today. Try again tomorrow."),
    "wallet.frozen": _("Your points are being checked. Ask the staff."),
    "voucher.unknown": _("This code is not valid. Check it for typing errors."),
    "voucher.used": _("This voucher was used already."),
    "voucher.expired": _("This voucher has expired."),
    "voucher.too_many_guesses": _("Too many attempts. Try again in {minutes} minutes."),
}
# Refusals after which only waiting helps.
WAITING = {
    "log_in.too_many_attempts",
    "password.too_many_attempts",
    "request.too_many",
    "code.too_many_guesses",
    "invitation.too_many",
    "points.gift_too_many",
    "voucher.too_many_guesses",
}


def say(refusal: Refusal) -> str:
    """Give the sentence for a refusal; one that customers never meet keeps its own words."""
    sentence = SENTENCES.get(refusal.code)
    facts = {name: _shown(value) for name, value in refusal.facts.items()}
    return str(sentence).format(**facts) if sentence else str(refusal)


def _shown(value: Any) -> Any:
    """Write an amount or a day as the reader's language does."""
    if isinstance(value, Decimal):
        return formats.amount(value)
    return date_format(value) if isinstance(value, date) else value

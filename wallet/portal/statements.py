"""A customer's own statement: any days, to read, to print, to keep as a file."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from customers.models import Customer
from customers.portal.forms import PortalForm, show
from customers.portal.frame import customer_page
from loyalty.models import Store
from wallet import period_statement, statement_files
from wallet.period_statement import PeriodStatement

_DAYS = 90
# What a page shows; the files have everything.
SHOWN = 200


def _day_field(label: Any) -> forms.DateField:
    attrs = {"class": "input input-lg w-full aria-invalid:input-error", "type": "date"}
    return forms.DateField(
        label=label, input_formats=["%Y-%m-%d"], widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d")
    )


class _DaysForm(PortalForm):
    """Which days, both included."""

    PLACES = {"last_day": "to"}

    to = _day_field(_("To"))


# `from` is a word of the language, so the field cannot be written in the body of the class.
DaysForm = type("DaysForm", (_DaysForm,), {"from": _day_field(_("From")), "field_order": ("from", "to")})


@dataclass(frozen=True)
class _Asked:
    """What the address asks for: its form, and the statement where the days make sense."""

    form: Any
    told: PeriodStatement | None


@require_safe
@customer_page
def statement(request: HttpRequest, store: Store, customer: Customer) -> HttpResponseBase:
    """Show what could be spent before the days, every movement in them, and what could be spent after."""
    asked = _read(request, customer)
    movements = list(islice(asked.told.movements(), SHOWN + 1)) if asked.told else []
    return show(
        request,
        store,
        "statement",
        "history",
        asked.form,
        customer=customer,
        told=asked.told,
        movements=movements[:SHOWN],
        is_cut=len(movements) > SHOWN,
        shown=SHOWN,
    )


@require_safe
@customer_page
def statement_file(request: HttpRequest, store: Store, customer: Customer, kind: str) -> HttpResponseBase:
    """Give the same days as a file."""
    told = _read(request, customer).told
    if kind not in statement_files.KINDS or told is None:
        raise Http404
    return statement_files.as_download(told, kind)


def _read(request: HttpRequest, customer: Customer) -> _Asked:
    today = timezone.localdate()
    asked = {"from": _or(request.GET.get("from"), today - timedelta(days=_DAYS - 1)),
             "to": _or(request.GET.get("to"), today)}  # fmt: skip
    form = DaysForm(asked)
    if form.is_valid():
        with form.telling_refusals():
            return _Asked(
                form,
                period_statement.for_period(
                    customer,
                    first_day=form.cleaned_data["from"],
                    last_day=form.cleaned_data["to"],
                    at=timezone.now(),
                ),
            )
    return _Asked(form, None)


def _or(typed: str | None, default: date) -> str:
    return default.isoformat() if typed is None else typed

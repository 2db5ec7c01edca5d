"""The end of a customer in the cockpit: what is known handed out, anonymising and deleting with one clear question."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from customers import erasure, takeout
from customers.models import Customer
from customers.refusals import CustomerDeleted
from loyalty.cockpit.base import CockpitAdmin


@dataclass(frozen=True)
class Ending:
    """One way in which a customer ends: its words, its right, its act."""

    word: str
    title: str
    button: str
    permission: str
    act: Callable[..., Any]
    said: str

    @property
    def is_final(self) -> bool:
        """Nothing of the customer can be opened afterwards."""
        return self.word == "delete"


ENDINGS = {
    ending.word: ending
    for ending in (
        Ending(
            word="anonymize",
            title="Anonymise this customer?",
            button="Anonymise the customer",
            permission="customers.change_customer",
            act=erasure.anonymize,
            said="The customer is anonymous now. Points and purchases stay, and nobody can tell whose they were.",
        ),
        Ending(
            word="delete",
            title="Delete this customer?",
            button="Delete the customer",
            permission="customers.delete_customer",
            act=erasure.delete,
            said="The customer is deleted. Their purchases stay in the books without a name; their points expired.",
        ),
    )
}


class ConfirmationForm(forms.Form):
    """The question before the act: the customer's name typed out, or a tick where there is no name to type."""

    name = forms.CharField(
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    is_sure = forms.BooleanField(label="I know that this cannot be undone.", widget=UnfoldBooleanWidget())

    def __init__(self, customer: Customer, data: Any = None) -> None:
        super().__init__(data)
        self._accepted = {_folded(word) for word in (customer.full_name, customer.email) if word}
        del self.fields["is_sure" if self._accepted else "name"]
        if self._accepted:
            wanted = customer.full_name or customer.email
            self.fields["name"].label = f"Type “{wanted}” to confirm"

    def clean_name(self) -> str:
        typed = str(self.cleaned_data["name"])
        if _folded(typed) not in self._accepted:
            raise forms.ValidationError("This is not the customer's name or e-mail address.")
        return typed


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


class CustomerErasure(CockpitAdmin):
    """Adds the takeout and the two endings to the pages of customers."""

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.takeout_view)
        end = self.admin_site.admin_view(self.end_view)
        return [
            path("<uuid:object_id>/takeout.json", download, name="customers_customer_takeout"),
            path("<uuid:object_id>/end/<str:word>/", end, name="customers_customer_end"),
            *super().get_urls(),
        ]

    def takeout_view(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Hand out everything that is known about a customer, as a file."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        customer = self.get_row(request, str(object_id))
        name = f"customer-{str(customer.pk)[:8]}.json"
        pieces = takeout.as_json(takeout.everything_about(customer))
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(pieces, content_type="application/json", headers=headers)

    def end_view(self, request: HttpRequest, object_id: Any, word: str) -> HttpResponse:
        """Say what will be gone and what stays, ask once, do it, and show what became of the customer."""
        ending = ENDINGS.get(word)
        if ending is None:
            raise Http404
        if not request.user.has_perm(ending.permission):
            raise PermissionDenied
        customer = self.get_object(request, str(object_id))
        if customer is None:
            return self._already_gone(request, str(object_id))
        if customer.anonymized_at and not ending.is_final:
            messages.info(request, "The customer is anonymous already.")
            return HttpResponseRedirect(self.page_of(customer))
        form = ConfirmationForm(customer, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._end(request, customer, ending)
        context = {
            **self.admin_site.each_context(request),
            "title": ending.button,
            "opts": self.opts,
            "original": customer,
            "customer": customer,
            "ending": ending,
            "form": form,
            "now": timezone.now(),
        }
        return TemplateResponse(request, "cockpit/customers/end.html", context)

    def _end(self, request: HttpRequest, customer: Customer, ending: Ending) -> HttpResponse:
        try:
            ending.act(customer, at=timezone.now(), actor=self.actor(request))
        except CustomerDeleted:
            return self._already_gone(request, str(customer.pk))
        messages.success(request, ending.said)
        return HttpResponseRedirect(_list() if ending.is_final else self.page_of(customer))

    def _already_gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell a second click what the first one did; a customer of another store is not there."""
        gone = Customer.objects.filter(
            store=self.store(request), pk=object_id, status=Customer.Status.DELETED
        )
        if not gone.exists():
            raise Http404
        messages.info(request, "The customer is deleted already.")
        return HttpResponseRedirect(_list())


def _list() -> str:
    return reverse("admin:customers_customer_changelist")

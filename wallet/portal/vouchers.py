"""A voucher turned into points, by the code on it, however it is spelled."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from customers.portal import session
from customers.portal.forms import PortalForm, filled, show, text_field
from customers.portal.frame import customer_page, form_page
from customers.templatetags.portal import portal_path
from loyalty import throttles
from loyalty.models import Store
from wallet import vouchers
from wallet.models import PointsTransfer


class VoucherForm(PortalForm):
    """The code of a voucher."""

    PLACES: ClassVar[dict[str, str]] = {"voucher": "code"}

    code = text_field(
        _("Code of the voucher"),
        autocomplete="off",
        limit=64,
        required=True,
        help_text=_("Like 7K3M-9QXT-2B4ND; blanks, dashes and small letters do not matter."),
        attrs={"autocapitalize": "characters", "spellcheck": "false"},
    )


@form_page
@customer_page
def use(request: HttpRequest, store: Store, customer: Customer) -> HttpResponse:
    """Add the points of a voucher. Who sends its code again is shown what it gave, not refused."""
    form = filled(VoucherForm, request)
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["code"]
        with form.telling_refusals():
            added = vouchers.used_by(customer, code) or vouchers.use(
                customer,
                code,
                at=timezone.now(),
                actor=session.actor_of(customer),
                address=throttles.client_address(request),
            )
            return redirect(f"{portal_path(store, 'points:voucher')}?done={added.pk}")
    added_by = _added(customer, request.GET.get("done", ""))
    return show(request, store, "voucher", "me", form, customer=customer, added=added_by)


def _added(customer: Customer, named: str) -> PointsTransfer | None:
    """Give the batch of a voucher of the customer's own that the address names."""
    try:
        batch = UUID(named)
    except ValueError:
        return None
    mine = PointsTransfer.objects.filter(pk=batch, wallet_id=customer.pk, voucher_id__isnull=False)
    return mine.select_related("store").first()

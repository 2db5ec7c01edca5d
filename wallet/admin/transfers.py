"""Points transfers in the cockpit: every movement, why it was made, and the small forms that make new ones."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from customers import identification
from customers.admin import finding
from customers.models import Customer
from loyalty.amounts import HUNDREDTH, MAX_AMOUNT
from loyalty.cockpit import formats, stores
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.cockpit.dialogs import DialogForm, dialog
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.cockpit.uploads import TakesFiles
from loyalty.refusals import NotFound, Refusal
from wallet import ledger, shown, tallies
from wallet.models import PointsTransfer

Kind = PointsTransfer.Kind
State = PointsTransfer.State
SOURCE = "cockpit"
# Through whom points moved.
ISSUERS = {
    "admin": "Staff",
    "seller": "Sellers",
    "api": "Partners",
    "internal": "Customers themselves",
    "system": "The programme",
}


class CustomerGone(Refusal):
    """The customer from whose page the form was opened was deleted meanwhile."""

    code = "cockpit.customer_gone"
    message = "This customer was deleted meanwhile. Nothing was moved."


class PointsForm(DialogForm):
    """Whose points, how many, and what the customer reads beside them.

    `once` names this opening of the form, so that a second click has no second effect.
    """

    customer = forms.CharField(
        label="Customer",
        max_length=254,
        help_text="E-mail, phone or card number.",
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )
    points = forms.DecimalField(
        min_value=HUNDREDTH,
        max_value=MAX_AMOUNT,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    comment = forms.CharField(required=False, max_length=1000, widget=UnfoldAdminTextInputWidget())
    once = forms.CharField(initial=uuid4, max_length=64, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Opened from a customer's own page, the form is about that customer.
        if self.request.GET.get("customer"):
            del self.fields["customer"]


class GiftForm(PointsForm):
    """Whose points, and to whom they go."""

    field_order = ("customer", "receiver", "points", "comment")

    receiver = forms.CharField(
        label="To",
        max_length=254,
        help_text="E-mail, phone or card number of the other customer.",
        widget=UnfoldAdminTextInputWidget(),
    )


class IssuerFilter(admin.SimpleListFilter):
    """Through whom points moved."""

    title = "issuer"
    parameter_name = "issuer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(ISSUERS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[PointsTransfer]) -> QuerySet[PointsTransfer]:
        return queryset.filter(issuer=self.value()) if self.value() else queryset


class LeftFilter(admin.SimpleListFilter):
    """Batches that still have points to give."""

    title = "points left"
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("some", "Some left"), ("never", "Some left that never expire")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PointsTransfer]) -> QuerySet[PointsTransfer]:
        if self.value() not in {"some", "never"}:
            return queryset
        left = queryset.filter(remaining__gt=0, state__in=[State.ACTIVE, State.PENDING])
        return left.filter(expires_at__isnull=True) if self.value() == "never" else left


@admin.register(PointsTransfer)
class PointsTransferAdmin(ReadOnlyAdmin, TakesFiles):
    noun, nouns = "movement", "movements"
    list_display = ("customer", "what", "points", "state_badge", "comment_or_source", "made", "valid")
    list_filter = (
        ("kind", ChoicesCheckboxFilter),
        IssuerFilter,
        LeftFilter,
        ("created_at", InstantRangeFilter.named("made")),
        ("expires_at", InstantRangeFilter.named("expires")),
    )
    list_filter_submit = True
    list_select_related = ("wallet__customer",)
    search_fields = (
        "wallet__customer__last_name__istartswith",
        "wallet__customer__first_name__istartswith",
        "wallet__customer__email_key__startswith",
        "=wallet__customer__phone",
        "=wallet__customer__card_number",
    )
    search_help_text = "Name, e-mail, phone or card of the customer"
    chips_field = "state"
    ordering = ("-created_at",)
    actions_list = ("add_points", "spend_points", "block_points", "move_points", "import_xml")
    import_kind = "points"
    import_nouns = "points"
    import_text = (
        "Each row adds points to one customer, or spends some of theirs, as the buttons over the list do."
    )
    actions_detail = ("activate_transfer", "expire_transfer", "cancel_transfer")
    fields = (
        ("owner", "what"),
        ("points", "left"),
        ("state_badge", "made"),
        ("usable_from", "valid"),
        ("through", "comment"),
    )
    change_form_outer_after_template = "cockpit/wallet/transfer.html"
    export_columns = (
        ("Customer", lambda row: str(row.wallet.customer)),
        ("E-mail", "wallet.customer.email"),
        ("Card", "wallet.customer.card_number"),
        ("Kind", "kind"),
        ("State", "state"),
        ("Points", "value"),
        ("Left", "remaining"),
        ("Comment", "comment"),
        ("Made", "created_at"),
        ("Expires", "expires_at"),
    )
    purpose = (
        "Every movement of points shows here. Register a purchase, or add points by hand, to make the first."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PointsTransfer]:
        return super().get_queryset(request).select_related("wallet__customer", "store")

    def kept_counts(self, request: HttpRequest) -> dict[tuple[str], int]:
        """Give how many movements are in each state, for the chips."""
        store = stores.current_store(request)
        return {(state,): count for state, count in tallies.counts_by_state(store).items()} if store else {}

    def title_of(self, row: PointsTransfer) -> str:
        """Give the words by which the path of the page names a row."""
        return f"{shown.KINDS[row.kind][0]} {formats.points(row.value, row.store)}, {row.wallet.customer}"

    @display(description="Customer", ordering="wallet__customer__last_name", header=True)
    def customer(self, row: PointsTransfer) -> Iterable[str]:
        owner = row.wallet.customer
        return [str(owner), owner.email or owner.phone or owner.card_number or ""]

    @display(description="Customer")
    def owner(self, row: PointsTransfer) -> str:
        return str(row.wallet.customer)

    @display(description="Movement", ordering="kind")
    def what(self, row: PointsTransfer) -> str:
        return shown.KINDS[row.kind][0]

    @display(description="Points", ordering="value")
    def points(self, row: PointsTransfer) -> SafeString:
        sign = shown.KINDS[row.kind][1]
        text = formats.signed(row.value * sign)
        return format_html('<span class="ck-num {}">{}</span>', "ck-plus" if sign > 0 else "ck-minus", text)

    @display(description="Left of it")
    def left(self, row: PointsTransfer) -> str:
        return formats.amount(row.remaining) if row.is_adding else "–"

    @display(description="State", ordering="state")
    def state_badge(self, row: PointsTransfer) -> SafeString:
        return shown.state(row)

    @display(description="Comment")
    def comment_or_source(self, row: PointsTransfer) -> str:
        text = row.comment or row.source.replace("_", " ").capitalize()
        return text if len(text) <= 60 else f"{text[:59]}…"

    @display(description="Made", ordering="created_at")
    def made(self, row: PointsTransfer) -> SafeString | str:
        return formats.instant(row.created_at)

    @display(description="Usable from")
    def usable_from(self, row: PointsTransfer) -> SafeString | str:
        return formats.instant(row.locked_until or row.created_at) if row.is_adding else "–"

    @display(description="Last day", ordering="expires_at")
    def valid(self, row: PointsTransfer) -> SafeString | str:
        return shown.last_day(row)

    @display(description="Moved by")
    def through(self, row: PointsTransfer) -> str:
        return ISSUERS.get(row.issuer, row.issuer)

    # --- New movements ----------------------------------------------------------------------------------------

    @dialog(
        PointsForm,
        label="Add points",
        text="The points count as the programme says: at once or after its waiting time, until they expire.",
        button="Add the points",
        icon="add_circle",
        permissions=["wallet.add_pointstransfer"],
    )
    def add_points(self, request: HttpRequest, row: None, form: PointsForm) -> str:
        return self._move(ledger.add, "Added {points} to {customer}.", request, form)

    @dialog(
        PointsForm,
        label="Spend points",
        text="The soonest-expiring points go first.",
        button="Spend the points",
        icon="do_not_disturb_on",
        permissions=["wallet.add_pointstransfer"],
    )
    def spend_points(self, request: HttpRequest, row: None, form: PointsForm) -> str:
        return self._move(ledger.spend, "Spent {points} of {customer}.", request, form)

    @dialog(
        PointsForm,
        label="Block points",
        text="Blocked points stay the customer's, but nobody can spend them until the block is cancelled.",
        button="Block the points",
        icon="lock",
        permissions=["wallet.add_pointstransfer"],
    )
    def block_points(self, request: HttpRequest, row: None, form: PointsForm) -> str:
        return self._move(ledger.block, "Blocked {points} of {customer}.", request, form)

    @dialog(
        GiftForm,
        label="Move points",
        text="From one customer to another. The points keep their last day and can be spent at once.",
        button="Move the points",
        icon="move_up",
        permissions=["wallet.add_pointstransfer"],
    )
    def move_points(self, request: HttpRequest, row: None, form: GiftForm) -> str:
        typed = form.cleaned_data["receiver"]
        receiver = finding.find_named(self.store(request), typed, field="receiver")

        def give(customer: Customer, points: Decimal, **circumstances: Any) -> PointsTransfer:
            return ledger.give(customer, receiver, points, **circumstances)

        return self._move(give, f"Moved {{points}} of {{customer}} to {_literal(receiver)}.", request, form)

    def _move(self, movement: Any, said: str, request: HttpRequest, form: PointsForm) -> str:
        customer = self._customer(request, form)
        points: Decimal = form.cleaned_data["points"]
        movement(
            customer,
            points,
            at=timezone.now(),
            actor=self.actor(request),
            origin=ledger.Origin(
                source=SOURCE, external_id=form.cleaned_data["once"], comment=form.cleaned_data["comment"]
            ),
        )
        return said.format(points=formats.points(points, self.store(request)), customer=customer)

    def _customer(self, request: HttpRequest, form: PointsForm) -> Customer:
        store = self.store(request)
        wanted = request.GET.get("customer")
        if wanted:
            try:
                return identification.find_by_any(store, wanted)
            except NotFound:
                raise CustomerGone from None
        return finding.find_named(store, form.cleaned_data["customer"])

    # --- One movement -----------------------------------------------------------------------------------------

    @dialog(
        label="Activate",
        text="The waiting points can be spent from now on.",
        button="Activate the points",
        icon="play_circle",
        permissions=["wallet.change_pointstransfer"],
    )
    def activate_transfer(self, request: HttpRequest, row: PointsTransfer, form: Any) -> str:
        ledger.activate(row, at=timezone.now(), actor=self.actor(request))
        return f"{formats.points(row.value, row.store)} can be spent now."

    @dialog(
        label="Expire",
        text="What is left of these points is lost now instead of on its day. This cannot be undone.",
        button="Expire the points",
        icon="hourglass_disabled",
        permissions=["wallet.change_pointstransfer"],
    )
    def expire_transfer(self, request: HttpRequest, row: PointsTransfer, form: Any) -> str:
        ledger.expire(row, at=timezone.now(), actor=self.actor(request))
        return f"{formats.points(row.remaining, row.store)} expired."

    @dialog(
        label="Cancel",
        text="Added points: what is left of them is taken away. Blocked points: they are free again. "
        "There is no way back.",
        button="Cancel the transfer",
        icon="cancel",
        permissions=["wallet.change_pointstransfer"],
    )
    def cancel_transfer(self, request: HttpRequest, row: PointsTransfer, form: Any) -> str:
        ledger.cancel(row, at=timezone.now(), actor=self.actor(request))
        return "The transfer is cancelled."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer only what this transfer's kind and state allow."""
        row = self.get_object(request, str(object_id))
        possible = _possible(row) if row else set()
        return [
            action
            for action in super().get_actions_detail(request, object_id)
            if action.action_name.removeprefix("wallet_pointstransfer_") in possible
        ]


def _literal(thing: object) -> str:
    """Write a thing so that `format` leaves it alone."""
    return str(thing).replace("{", "{{").replace("}", "}}")


def _possible(row: PointsTransfer) -> set[str]:
    match row.kind, row.state:
        case Kind.ADDING, State.PENDING:
            return {"activate_transfer", "cancel_transfer"}
        case Kind.ADDING, State.ACTIVE:
            return {"expire_transfer", "cancel_transfer"}
        case Kind.P2P_ADDING, State.ACTIVE:
            return {"expire_transfer"}
        case Kind.BLOCKED, State.ACTIVE:
            return {"cancel_transfer"}
    return set()

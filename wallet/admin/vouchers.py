"""Vouchers in the cockpit: made one by one or in a series, followed until they are used.

Whoever may move points may make vouchers and read their codes; whoever may only look sees all but the code, which is
as good as points.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter
from unfold.dataclasses import SearchResult
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
)

from customers.admin import finding
from loyalty import calendar
from loyalty.amounts import HUNDREDTH, MAX_AMOUNT
from loyalty.cockpit import formats, stores
from loyalty.cockpit.base import ReadOnlyAdmin
from loyalty.cockpit.chips import Chip, ChipGroup
from loyalty.cockpit.dialogs import DialogForm, dialog
from loyalty.cockpit.filters import InstantRangeFilter
from loyalty.models import Store
from wallet import expiry, voucher_series, vouchers
from wallet.models import Voucher

_MOVE, _VIEW = "wallet.add_pointstransfer", "wallet.view_pointstransfer"
_LONGEST_DAYS = 3660
_SERIES_SHOWN = 50
_WHOLE_CODE = 13
# What becomes of a voucher: word in the address -> (state as it is shown, label).
STATES = {"open": ("active", "Open"), "used": ("used", "Used"), "expired": ("expired", "Expired")}


def condition_of(state: str, *, at: datetime) -> Q:
    """Give the condition under which a voucher is in a state."""
    is_over = Q(used_at__isnull=True, expires_at__lte=at)
    return {
        "open": Q(used_at__isnull=True) & ~Q(expires_at__lte=at),
        "used": Q(used_at__isnull=False),
        "expired": is_over,
    }[state]


class TermsForm(DialogForm):
    """What a voucher is worth and until when."""

    points = forms.DecimalField(
        min_value=HUNDREDTH,
        max_value=MAX_AMOUNT,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    last_day = forms.DateField(
        label="Last day of use",
        required=False,
        help_text="Empty: for ever.",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )
    points_expire_in_days = forms.IntegerField(
        label="Points expire after days",
        required=False,
        min_value=1,
        max_value=_LONGEST_DAYS,
        help_text="Counted from the day of use. Empty: as the programme says.",
        widget=UnfoldAdminIntegerFieldWidget(),
    )

    def clean_last_day(self) -> date | None:
        last: date | None = self.cleaned_data["last_day"]
        if last is not None and last < timezone.localdate():
            raise forms.ValidationError("This day has passed already.")
        return last

    def terms(self, store: Store, *, for_wallet_id: UUID | None = None) -> vouchers.Terms:
        """Give what was typed as the capability takes it; the last day ends with the store's midnight."""
        last = self.cleaned_data["last_day"]
        zone = store.programme.zone
        return vouchers.Terms(
            amount=self.cleaned_data["points"],
            expires_at=calendar.start_of_day(last + timedelta(days=1), zone) if last else None,
            points_expire_in_days=self.cleaned_data["points_expire_in_days"],
            for_wallet_id=for_wallet_id,
        )


class VoucherForm(TermsForm):
    """One voucher, for anybody or for one customer. `once`: a second click has no second effect."""

    customer = forms.CharField(
        label="Only for",
        required=False,
        max_length=254,
        help_text="E-mail, phone or card number. Empty: for whoever has the code.",
        widget=UnfoldAdminTextInputWidget(),
    )
    once = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput())


class SeriesForm(TermsForm):
    """Many vouchers under one name."""

    field_order = ("series", "count", "points", "last_day", "points_expire_in_days")

    series = forms.CharField(
        label="Name of the series",
        max_length=64,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True}),
    )
    count = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=vouchers.MAX_AT_ONCE,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class StateFilter(admin.SimpleListFilter):
    """Vouchers that can be used, were used, or are too old; the chips over the list choose."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, label) for word, (_state, label) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> QuerySet[Voucher]:
        wanted = self.value()
        return queryset.filter(condition_of(wanted, at=timezone.now())) if wanted in STATES else queryset


class SeriesFilter(DropdownFilter):
    """Vouchers that were made together; the newest series come first."""

    title = "series"
    parameter_name = "series"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = (
            Voucher.objects.filter(store=stores.current_store(request))
            .exclude(series="")
            .order_by()
            .values("series")
            .annotate(rows=Count("pk"), newest=Max("created_at"))
            .order_by("-newest", "series")
        )
        return [
            (row["series"], f"{row['series']} ({formats.amount(row['rows'])})")
            for row in known[:_SERIES_SHOWN]
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> QuerySet[Voucher]:
        return queryset.filter(series=self.value()) if self.value() else queryset


@admin.register(Voucher)
class VoucherAdmin(ReadOnlyAdmin):
    noun, nouns = "voucher", "vouchers"
    list_display = ("code_shown", "worth", "state", "series_name", "only_for", "used", "valid", "made")
    list_filter = (
        StateFilter,
        SeriesFilter,
        ("created_at", InstantRangeFilter.named("made")),
        ("used_at", InstantRangeFilter.named("used")),
    )
    list_filter_submit = True
    list_select_related = ("used_by__customer", "for_wallet__customer", "store")
    search_fields = ("code", "series")
    search_help_text = "Code, or the beginning of a series' name"
    ordering = ("-created_at",)
    actions_list = ("make_voucher", "make_series")
    fields = (
        ("code_shown", "worth"),
        ("state", "series_name"),
        ("only_for", "used"),
        ("valid", "points_live"),
        "made",
    )
    list_before_template = "cockpit/wallet/vouchers.html"
    export_columns = (
        ("Code", lambda row: vouchers.spell_code(row.code)),
        ("Points", "amount"),
        ("Series", "series"),
        ("Last moment", "expires_at"),
        ("Used at", "used_at"),
        ("Used by", lambda row: str(row.used_by.customer) if row.used_by else ""),
        ("Made", "created_at"),
    )
    purpose = (
        "A voucher turns into points when a customer types its code. Make one, or a series for a campaign."
    )

    # --- Who sees what ----------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Vouchers belong to the area of points."""
        return bool(request.user.has_perm(_VIEW))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Download the list with its codes, which only those get who may give points."""
        if not request.user.has_perm(_MOVE):
            raise PermissionDenied
        return super().export_view(request, kind)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voucher]:
        rows: QuerySet[Voucher] = super().get_queryset(request)
        return rows.annotate(hides_code=Value(not request.user.has_perm(_MOVE)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Voucher], search_term: str
    ) -> tuple[QuerySet[Voucher], bool]:
        """Find a code however it is spelled, and a series by how it begins."""
        if not search_term:
            return queryset, False
        folded = vouchers.fold_code(search_term)
        by_code = Q(code__startswith=folded) if folded and request.user.has_perm(_MOVE) else Q(pk__in=())
        return queryset.filter(by_code | Q(series__istartswith=search_term)), False

    def find(self, request: HttpRequest, term: str, limit: int) -> list[SearchResult]:
        """Find a voucher by its whole code, for the command palette."""
        folded = vouchers.fold_code(term)
        if len(folded) < _WHOLE_CODE or not request.user.has_perm(_MOVE):
            return []
        return [
            SearchResult(
                title=vouchers.spell_code(row.code),
                description=f"Voucher, {formats.points(row.amount, row.store)}",
                link=self.page_of(row),
                icon="confirmation_number",
            )
            for row in self.get_queryset(request).filter(code=folded)[:limit]
        ]

    def title_of(self, row: Voucher) -> str:
        """Give the words by which the path of the page names a row."""
        return f"Voucher of {formats.points(row.amount, row.store)}"

    # --- Over the list ----------------------------------------------------------------------------------------

    chip_parameters = ("state",)

    def own_chips(self, cl: Any) -> list[ChipGroup]:
        """Give a chip per state with its count, within the chosen series. One statement."""
        series = (cl.filter_params.get("series") or [""])[0]
        rows = cl.root_queryset.filter(series=series) if series else cl.root_queryset
        now = timezone.now()
        counts = rows.order_by().aggregate(
            **{word: Count("pk", filter=condition_of(word, at=now)) for word in STATES}
        )
        chosen = (cl.filter_params.get("state") or [""])[0]
        everything = cl.get_query_string(remove=["state"])
        chips = [Chip("All", sum(counts.values()), everything, not chosen, "")]
        for word, (state, label) in STATES.items():
            link = cl.get_query_string({"state": word})
            chips.append(Chip(label, counts[word], link, word == chosen, formats.STATES[state][0]))
        return [ChipGroup("state", chips)]

    def get_urls(self) -> list[URLPattern]:
        progress = self.admin_site.admin_view(self.progress_view)
        return [path("progress/", progress, name="wallet_voucher_progress"), *super().get_urls()]

    def progress_view(self, request: HttpRequest) -> HttpResponse:
        """Answer how far the newest series is, for the bar to follow."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        progress = voucher_series.newest(self.store(request))
        if progress is None:
            return JsonResponse({"processed": 0, "total": 0, "is_running": False})
        return JsonResponse(
            {"processed": progress.made, "total": progress.count, "is_running": progress.is_running}
        )

    # --- New vouchers -----------------------------------------------------------------------------------------

    @dialog(
        VoucherForm,
        label="Make a voucher",
        text="Whoever types its code first gets the points. The code is shown afterwards.",
        button="Make the voucher",
        icon="confirmation_number",
        permissions=[_MOVE],
    )
    def make_voucher(self, request: HttpRequest, row: None, form: VoucherForm) -> str:
        store, named = self.store(request), form.cleaned_data["customer"]
        customer = finding.find_named(store, named) if named else None
        voucher = vouchers.create(
            store,
            form.terms(store, for_wallet_id=customer.pk if customer else None),
            at=timezone.now(),
            actor=self.actor(request),
            voucher_id=form.cleaned_data["once"],
        )
        worth = formats.points(voucher.amount, store)
        return f"{vouchers.spell_code(voucher.code)} is a voucher of {worth}."

    @dialog(
        SeriesForm,
        label="Make a series",
        text="All vouchers of a series are worth the same. A large series is made while you go on with your work.",
        button="Make the series",
        icon="library_add",
        permissions=[_MOVE],
    )
    def make_series(self, request: HttpRequest, row: None, form: SeriesForm) -> str:
        store, values = self.store(request), form.cleaned_data
        voucher_series.order(
            store,
            form.terms(store),
            count=values["count"],
            series=values["series"],
            at=timezone.now(),
            actor=self.actor(request),
        )
        return f"{formats.amount(values['count'])} vouchers of the series {values['series']} are ordered."

    # --- Columns ----------------------------------------------------------------------------------------------

    @display(description="Code", ordering="code")
    def code_shown(self, row: Voucher) -> SafeString:
        spelled = vouchers.spell_code(row.code)
        if getattr(row, "hides_code", False):
            spelled = f"{row.code[:4]}-····-·····"
        return format_html('<span class="ck-code">{}</span>', spelled)

    @display(description="Points", ordering="amount")
    def worth(self, row: Voucher) -> SafeString:
        return formats.number(formats.amount(row.amount))

    @display(description="State")
    def state(self, row: Voucher) -> SafeString:
        if row.used_at is not None:
            return formats.badge("used")
        is_over = row.expires_at is not None and row.expires_at <= timezone.now()
        return formats.badge("expired") if is_over else formats.badge("active", "Open")

    @display(description="Series", ordering="series")
    def series_name(self, row: Voucher) -> str:
        return row.series or "–"

    @display(description="Only for")
    def only_for(self, row: Voucher) -> str:
        return str(row.for_wallet.customer) if row.for_wallet else "Anybody"

    @display(description="Used", ordering="used_at")
    def used(self, row: Voucher) -> SafeString | str:
        if row.used_by is None:
            return "–"
        page = reverse("admin:customers_customer_change", args=[row.used_by.pk])
        name, moment = row.used_by.customer, formats.instant(row.used_at)
        return format_html('<a class="ck-link" href="{}">{}</a> {}', page, name, moment)

    @display(description="Last day of use", ordering="expires_at")
    def valid(self, row: Voucher) -> str:
        shown = expiry.shown_expiry(row.expires_at, row.store.programme.zone)
        return date_format(shown, "j M Y") if shown else "No end"

    @display(description="Its points live")
    def points_live(self, row: Voucher) -> str:
        days = row.points_expire_in_days
        return f"{days} days from the day of use" if days is not None else "As the programme says"

    @display(description="Made", ordering="created_at")
    def made(self, row: Voucher) -> SafeString | str:
        return formats.instant(row.created_at)

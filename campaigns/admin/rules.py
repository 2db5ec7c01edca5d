"""Earning rules in the cockpit."""

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedCheckboxFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from campaigns import rules
from campaigns.admin.rule_form import EarningRuleForm
from campaigns.models import EarningRule
from customers.models import Level, Segment
from loyalty.cockpit import formats
from loyalty.cockpit.base import CockpitAdmin
from loyalty.cockpit.dialogs import dialog
from loyalty.models import PointOfSale

Kind = EarningRule.Kind


def gives(rule: EarningRule) -> str:
    """Say in a few words what a rule gives."""
    match rule.kind:
        case Kind.GENERAL_SPENDING:
            return f"{_plain(rule.points_per_unit)} per unit of currency"
        case Kind.PRODUCT_PURCHASE:
            return f"{_plain(rule.points_amount)} for each of {_count(rule.skus, 'product')}"
        case Kind.MULTIPLY_FOR_PRODUCT:
            what = " and ".join(
                part for part in (_count(rule.skus, "product"), _count(rule.labels, "label")) if part
            )
            return f"×{_plain(rule.multiplier)} on {what}"
        case _:
            factors = [
                f"{each['key']}:{each['value']} ×{_plain(each['multiplier'])}"
                for each in rule.label_multipliers
            ]
            return ", ".join(factors[:3]) + (" …" if len(factors) > 3 else "")


def _plain(value: Decimal | str | None) -> str:
    return formats.amount(Decimal(value)) if value is not None else "–"


def _count(items: list[Any], noun: str) -> str:
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'}" if items else ""


@admin.register(EarningRule)
class EarningRuleAdmin(CockpitAdmin):
    form = EarningRuleForm
    list_display = ("name", "kind_name", "what_it_gives", "whom", "when", "state")
    list_filter = (("kind", ChoicesCheckboxFilter), ("levels", RelatedCheckboxFilter))
    list_filter_submit = True
    search_fields = ("name", "description")
    chips_field = "is_active"
    ordering = ("-is_active", "created_at")
    actions_list = ("try_basket",)
    actions_detail = ("activate_rule", "deactivate_rule")
    fieldsets = (
        (None, {"fields": (("name", "kind"), "description")}),
        (
            "What it gives",
            {
                "fields": (
                    "points_per_unit", "points_amount", "multiplier", "label_multipliers", ("skus", "labels"),
                    "min_order_value", "excludes_delivery_cost", "labels_inclusion",
                    ("included_labels", "excluded_labels"), "excluded_skus",
                )
            },
        ),
        ("Whom and where", {"fields": (("levels", "segments"), "points_of_sale")}),
        ("When", {"fields": ("is_active", "is_all_time_active", ("start_at", "end_at"), "is_last_executed")}),
    )  # fmt: skip
    purpose = "An earning rule turns what customers buy into points. The first is usually general spending."

    class Media:
        js = ("cockpit/rule_form.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EarningRule]:
        return super().get_queryset(request).prefetch_related("levels", "segments", "points_of_sale")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer this store's own rows."""
        models: dict[str, Any] = {"levels": Level, "segments": Segment, "points_of_sale": PointOfSale}
        kwargs["queryset"] = models[db_field.name].objects.filter(store=self.store(request))
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule that has given points explains them for ever: it is switched off, not deleted."""
        return False

    @display(description="Kind", ordering="kind")
    def kind_name(self, rule: EarningRule) -> str:
        return str(rule.get_kind_display())

    @display(description="Gives")
    def what_it_gives(self, rule: EarningRule) -> str:
        return gives(rule)

    @display(description="For")
    def whom(self, rule: EarningRule) -> str:
        names = [str(each) for each in (*rule.levels.all(), *rule.segments.all())]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")

    @display(description="When", ordering="start_at")
    def when(self, rule: EarningRule) -> str:
        if rule.is_all_time_active or rule.start_at is None or rule.end_at is None:
            return "Always"
        start, end = timezone.localtime(rule.start_at), timezone.localtime(rule.end_at)
        return f"{start:%-d %b %Y} – {end:%-d %b %Y}"

    @display(description="State", ordering="is_active")
    def state(self, rule: EarningRule) -> SafeString:
        return formats.badge("active" if rule.is_active else "inactive")

    def save_model(self, request: HttpRequest, obj: EarningRule, form: Any, change: bool) -> None:
        draft, at, actor = form.draft(), timezone.now(), self.actor(request)
        if change:
            self.take(obj, rules.change_rule(obj, draft, at=at, actor=actor))
        else:
            self.take(obj, rules.create_rule(self.store(request), draft, at=at, actor=actor))

    @action(description="Try a basket", icon="shopping_basket", permissions=["view"])
    def try_basket(self, request: HttpRequest) -> HttpResponse:
        """Open the page where rules are tried, which the floor of purchases offers."""
        return HttpResponseRedirect(reverse("admin:orders_purchase_try"))

    @dialog(
        label="Switch on",
        text="Purchases from now on earn by this rule.",
        button="Switch the rule on",
        icon="play_circle",
        permissions=["change"],
    )
    def activate_rule(self, request: HttpRequest, row: EarningRule, form: Any) -> str:
        rules.activate_rule(row, at=timezone.now(), actor=self.actor(request))
        return f"{row.name} is on."

    @dialog(
        label="Switch off",
        text="Purchases from now on earn nothing by this rule. Points already given stay.",
        button="Switch the rule off",
        icon="pause_circle",
        permissions=["change"],
    )
    def deactivate_rule(self, request: HttpRequest, row: EarningRule, form: Any) -> str:
        rules.deactivate_rule(row, at=timezone.now(), actor=self.actor(request))
        return f"{row.name} is off."

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> Any:
        """Offer the switch that changes something."""
        rule = self.get_object(request, str(object_id))
        hidden = "activate_rule" if rule and rule.is_active else "deactivate_rule"
        return [
            each
            for each in super().get_actions_detail(request, object_id)
            if each.action_name != f"campaigns_earningrule_{hidden}"
        ]

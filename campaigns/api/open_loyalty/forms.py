"""Forms of earning rules: one per kind, as the original builds its form after the type it is sent.

What the body says becomes a `RuleDraft`; what the draft's own check finds is shown at the field it concerns.
"""

from typing import Any

from rest_framework import serializers

from campaigns import drafts
from campaigns.api.open_loyalty.fields import (
    IdListField,
    LabelMultipliersField,
    RuleLabelsField,
    SkuListField,
)
from campaigns.drafts import MAX_MULTIPLIER, MAX_NAME, RuleDraft
from campaigns.evaluation import LabelsInclusion
from campaigns.models import EarningRule
from loyalty.amounts import HUNDREDTH
from loyalty.api.open_loyalty.fields import (
    AmountField,
    ChoiceField,
    DecimalField,
    FileField,
    FlagField,
    InstantField,
    TextField,
)
from loyalty.api.open_loyalty.forms import Form

Kind = EarningRule.Kind
_INCLUSIONS = {choice.value: choice for choice in LabelsInclusion}
# Names by which the original calls the same value; the first that is sent counts.
_ALIASES = {"inclusion_alias": "labels_inclusion", "points_alias": "points_per_unit"}


class RuleForm(Form):
    """What every kind has."""

    wrapped_in = "earningRule"

    type = ChoiceField([kind.value for kind in Kind], required=True, source="kind")
    name = TextField(required=True, max_length=MAX_NAME)
    description = TextField(max_length=10_000)
    active = FlagField(source="is_active")
    allTimeActive = FlagField(source="is_all_time_active")
    startAt = InstantField(source="start_at")
    endAt = InstantField(source="end_at")
    target = ChoiceField(["level", "segment"])
    levels = IdListField(source="level_ids")
    segments = IdListField(source="segment_ids")
    pos = IdListField(source="pos_ids")
    lastExecutedRule = FlagField(source="is_last_executed")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        draft = draft_from(attrs)
        problems = drafts.find_problems(draft)
        if problems:
            by_source = {field.source: name for name, field in self.fields.items()}
            if attrs.get("target") == "segment":
                by_source["level_ids"] = "segments"
            raise serializers.ValidationError({by_source[field]: [text] for field, text in problems.items()})
        return {"draft": draft}


class GeneralSpendingForm(RuleForm):
    """Points for money spent. The document's table calls the rate `pointsAmount`, its later editions `pointValue`."""

    pointValue = AmountField(positive=True, source="points_per_unit")
    pointsAmount = AmountField(positive=True, source="points_alias")
    excludedSKUs = SkuListField(source="excluded_skus")
    inclusionType = ChoiceField(_INCLUSIONS, source="labels_inclusion")
    labelsInclusionType = ChoiceField(_INCLUSIONS, source="inclusion_alias")
    excludedLabels = RuleLabelsField(source="excluded_labels")
    includedLabels = RuleLabelsField(source="included_labels")
    excludeDeliveryCost = FlagField(source="excludes_delivery_cost")
    minOrderValue = AmountField(source="min_order_value")


class ProductPurchaseForm(RuleForm):
    """Points for a product."""

    skuIds = SkuListField(source="skus")
    pointsAmount = AmountField(positive=True, source="points_amount")


class MultiplyForProductForm(RuleForm):
    """Points multiplied for products."""

    skuIds = SkuListField(source="skus")
    labels = RuleLabelsField()
    multiplier = DecimalField(places=2, at_least=HUNDREDTH, at_most=MAX_MULTIPLIER)


class MultiplyByLabelsForm(RuleForm):
    """Points multiplied by labels of products."""

    labelMultipliers = LabelMultipliersField(source="label_multipliers")


class AnyRuleForm(GeneralSpendingForm, ProductPurchaseForm, MultiplyForProductForm, MultiplyByLabelsForm):
    """All kinds in one, for the OpenAPI document."""


_FORMS: dict[str, type[RuleForm]] = {
    Kind.GENERAL_SPENDING.value: GeneralSpendingForm,
    Kind.PRODUCT_PURCHASE.value: ProductPurchaseForm,
    Kind.MULTIPLY_FOR_PRODUCT.value: MultiplyForProductForm,
    Kind.MULTIPLY_BY_LABELS.value: MultiplyByLabelsForm,
}


def form_for(kind: Any) -> type[RuleForm]:
    """Give the form of a kind, or the shared part when there is no such kind."""
    return _FORMS.get(kind, RuleForm) if isinstance(kind, str) else RuleForm


def draft_from(values: dict[str, Any]) -> RuleDraft:
    """Give the draft that a form's values make up. What was left empty takes the draft's default."""
    facts = {name: value for name, value in values.items() if value is not None}
    for alias, name in _ALIASES.items():
        if alias in facts:
            facts.setdefault(name, facts.pop(alias))
    _empty_other_target(facts)
    # A rule without dates that does not say whether it always holds can only mean that it does.
    facts.setdefault("is_all_time_active", not (facts.get("start_at") or facts.get("end_at")))
    for name, value in facts.items():
        if isinstance(value, list):
            facts[name] = tuple(value)
    return RuleDraft(**facts)


def _empty_other_target(facts: dict[str, Any]) -> None:
    """Choosing levels empties the segments, and the other way round."""
    target = facts.pop("target", None)
    if target == "level":
        facts.pop("segment_ids", None)
    elif target == "segment":
        facts.pop("level_ids", None)


class RuleActiveForm(Form):
    """Switches a rule on or off."""

    active = FlagField(required=True, source="is_active")


class RuleFilterForm(Form):
    """The filter of the list."""

    active = FlagField(source="is_active")


class RulePhotoForm(Form):
    """A picture."""

    wrapped_in = "photo"

    file = FileField(required=True)

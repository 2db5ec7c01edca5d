"""The form of an earning rule: it shows the fields of the chosen kind, and hands over a draft."""

import json
from collections.abc import Callable
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from campaigns import drafts
from campaigns.admin import labels as line_fields
from campaigns.drafts import RuleDraft
from campaigns.evaluation import LabelsInclusion
from campaigns.models import EarningRule
from loyalty.cockpit.base import CockpitForm

# Names of a draft's fields that the form calls otherwise.
_FORM_NAMES = {"level_ids": "levels", "segment_ids": "segments", "pos_ids": "points_of_sale"}
_LINES: dict[str, Callable[[Any], str]] = {
    "skus": line_fields.as_lines,
    "excluded_skus": line_fields.as_lines,
    "labels": line_fields.labels_as_lines,
    "included_labels": line_fields.labels_as_lines,
    "excluded_labels": line_fields.labels_as_lines,
    "label_multipliers": line_fields.multipliers_as_lines,
}


class EarningRuleForm(CockpitForm):
    """All fields of all kinds; a script shows those of the chosen one, and the others are not kept."""

    kind = forms.ChoiceField(
        choices=EarningRule.Kind.choices,
        widget=UnfoldAdminSelectWidget(attrs={"data-fields-of-kind": json.dumps(drafts.FIELDS_OF_KIND)}),
    )
    description = forms.CharField(required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))
    points_per_unit = forms.DecimalField(
        label="Points per unit of currency", required=False, decimal_places=2, max_digits=14,
        help_text="2 gives two points for every unit spent.",
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )  # fmt: skip
    points_amount = forms.DecimalField(
        label="Points for each product bought", required=False, decimal_places=2, max_digits=14,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )  # fmt: skip
    multiplier = forms.DecimalField(
        label="Multiply by", required=False, decimal_places=2, max_digits=8,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )  # fmt: skip
    min_order_value = forms.DecimalField(
        label="Smallest order", required=False, decimal_places=2, max_digits=12,
        help_text="Smaller purchases earn nothing by this rule. Empty: no limit.",
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01"}),
    )  # fmt: skip
    skus = line_fields.LinesField(label="Products", help_text="One SKU a line.")
    labels = line_fields.LabelsField(label="Labels", help_text="One a line, as in category:dairy.")
    label_multipliers = line_fields.LabelMultipliersField(
        label="Labels and factors", help_text="One a line, as in category:dairy × 2."
    )
    excluded_skus = line_fields.LinesField(label="Products that do not count", help_text="One SKU a line.")
    included_labels = line_fields.LabelsField(
        label="Labels that count", help_text="One a line, as in category:dairy."
    )
    excluded_labels = line_fields.LabelsField(label="Labels that do not count", help_text="One a line.")

    class Meta:
        model = EarningRule
        fields = (
            "kind", "name", "description", "is_active", "is_all_time_active", "start_at", "end_at", "levels",
            "segments", "points_of_sale", "is_last_executed", "excludes_delivery_cost", "labels_inclusion",
        )  # fmt: skip
        labels = {
            "is_active": "Active",
            "is_all_time_active": "Always",
            "start_at": "From",
            "end_at": "Until",
            "points_of_sale": "Only at these points of sale",
            "is_last_executed": "Last rule: when it has run, no other does",
            "excludes_delivery_cost": "Delivery does not count",
            "labels_inclusion": "Which products count",
        }
        help_texts = {
            "levels": "At least one level or segment.",
            "segments": "",
            "points_of_sale": "None chosen: everywhere.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        segments = self.fields.get("segments")
        if segments is not None and not segments.queryset.exists():  # type: ignore[attr-defined]
            segments.help_text = "This store has no segments."
        for name in drafts.FIELDS_OF_KIND["points"] + ("points_amount", "multiplier"):
            self.initial[name] = getattr(self.instance, name)
        for name, write in _LINES.items():
            self.initial[name] = write(getattr(self.instance, name))

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not self.errors:
            for name, sentence in drafts.find_problems(self.draft()).items():
                self.add_error(_FORM_NAMES.get(name, name), sentence)
        return cleaned

    def draft(self) -> RuleDraft:
        """Give what was filled in as a draft."""
        values: dict[str, Any] = dict(self.cleaned_data)
        targets = {
            name: tuple(row.pk for row in values.pop(field, None) or ())
            for name, field in _FORM_NAMES.items()
        }
        values["labels_inclusion"] = LabelsInclusion(values.get("labels_inclusion") or LabelsInclusion.NONE)
        return RuleDraft(**{**values, **targets})

"""Wire values that only earning rules have: SKUs and labels as lists or as one text, the dialect's empty list."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from campaigns.drafts import MAX_ITEMS, MAX_MULTIPLIER
from campaigns.evaluation import Label, LabelMultiplier
from loyalty.api.bodies import read_text
from loyalty.api.open_loyalty.fields import (
    DecimalField,
    LabelsTextField,
    ListField,
    TextField,
    UuidField,
)
from loyalty.api.open_loyalty.forms import Form, LabelListField

_SKU_LENGTH = 255


def is_empty_list(data: Any) -> bool:
    """Tell whether a text is the document's empty list in a form body: `segments=[ ]`."""
    text = read_text(data)
    return text is not None and text.replace(" ", "") in {"", "[]"}


class IdListField(ListField):
    """Ids; places that were left empty do not count."""

    def __init__(self, **options: Any) -> None:
        super().__init__(UuidField(), **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        found = [] if is_empty_list(data) else super().to_internal_value(data)
        return [value for value in found if value is not None]


class SkuListField(ListField):
    """SKUs: a list of texts or of `{"code"}`, or one text, `123;456`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(TextField(max_length=_SKU_LENGTH), **options)

    def to_internal_value(self, data: Any) -> list[str]:
        if is_empty_list(data):
            return []
        items: Any = data.split(";") if isinstance(data, str) else data
        items = list(items.values()) if isinstance(items, Mapping) else items
        if isinstance(items, list):
            items = [item.get("code") if isinstance(item, Mapping) else item for item in items]
        return [sku for sku in super().to_internal_value(items) if sku]


class RuleLabelsField(LabelListField):
    """Labels: a list of `{"key", "value"}`, or one text, `key:value;key:value`."""

    def to_internal_value(self, data: Any) -> list[Label]:  # type: ignore[override]  # typed labels, not dicts
        if is_empty_list(data):
            return []
        found = (
            LabelsTextField().to_internal_value(data)
            if isinstance(data, str)
            else super().to_internal_value(data)
        )
        if len(found) > MAX_ITEMS:
            self.fail("invalid")
        return [Label(key=entry["key"], value=entry["value"]) for entry in found]


class LabelMultiplierForm(Form):
    """A label and its factor."""

    key = TextField(required=True, max_length=128)
    value = TextField(max_length=255, default="")
    multiplier = DecimalField(required=True, places=2, at_least=Decimal("0.01"), at_most=MAX_MULTIPLIER)


class LabelMultipliersField(ListField):
    """Factors by label: a list of `{"key", "value", "multiplier"}`."""

    def __init__(self, **options: Any) -> None:
        child: serializers.Field[Any, Any, Any, Any] = LabelMultiplierForm(required=True)
        super().__init__(child, **options)

    def to_internal_value(self, data: Any) -> list[LabelMultiplier]:
        if is_empty_list(data):
            return []
        return [
            LabelMultiplier(
                label=Label(key=entry["key"], value=entry["value"]), multiplier=entry["multiplier"]
            )
            for entry in super().to_internal_value(data)
        ]

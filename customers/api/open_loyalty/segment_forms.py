"""What bodies say about segments. What a criterion of a kind must say is checked by `customers.segments`."""

from collections.abc import Mapping
from typing import Any

from customers.segments.criteria import (
    ANNIVERSARIES,
    FIELDS_OF_KIND,
    MAX_COUNT,
    MAX_CRITERIA,
    MAX_CUSTOMERS,
    MAX_DAYS,
    MAX_ITEMS,
    MAX_PARTS,
    OTHER_NAMES,
)
from loyalty.api.open_loyalty.fields import (
    AmountField,
    ChoiceField,
    DateField,
    FlagField,
    IntegerField,
    ListField,
    TextField,
    UuidField,
)
from loyalty.api.open_loyalty.forms import Form, LabelListField


class NamesField(ListField):
    """Texts, or objects that hold one as their `code`."""

    def __init__(self, *, max_items: int = MAX_ITEMS, **options: Any) -> None:
        super().__init__(TextField(), max_items=max_items, **options)

    def to_internal_value(self, data: Any) -> list[Any]:
        items = list(data.values()) if isinstance(data, Mapping) else data
        if isinstance(items, list):
            items = [item.get("code") if isinstance(item, Mapping) else item for item in items]
        return super().to_internal_value(items)


class CriterionForm(Form):
    """One criterion; which of the fields it has is its type's matter."""

    criterionId = TextField()
    type = ChoiceField([*FIELDS_OF_KIND, *OTHER_NAMES], required=True)
    min = IntegerField(at_most=MAX_COUNT)
    max = IntegerField(at_most=MAX_COUNT)
    fromAmount = AmountField()
    toAmount = AmountField()
    fromDate = DateField()
    toDate = DateField()
    days = IntegerField(at_most=MAX_DAYS)
    anniversaryType = ChoiceField(ANNIVERSARIES)
    posIds = ListField(UuidField())
    posId = UuidField()
    percent = AmountField()
    skuIds = NamesField()
    makers = NamesField()
    labels = LabelListField()
    customers = NamesField(max_items=MAX_CUSTOMERS)


class PartForm(Form):
    """Criteria of which one is enough."""

    segmentPartId = TextField()
    criteria = ListField(CriterionForm(required=True), required=True, max_items=MAX_CRITERIA)


class SegmentForm(Form):
    """A segment: customers are in it who meet every part."""

    wrapped_in = "segment"

    name = TextField(blank=False)
    description = TextField(max_length=10_000)
    active = FlagField(source="is_active")
    parts = ListField(PartForm(required=True), blank=False, max_items=MAX_PARTS)


class NewSegmentForm(SegmentForm):
    name = TextField(required=True)
    parts = ListField(PartForm(required=True), required=True, max_items=MAX_PARTS)

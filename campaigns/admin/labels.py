"""Lists of SKUs, labels and label factors as staff type them: one a line."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextareaWidget

from campaigns.evaluation import Label, LabelMultiplier
from loyalty.amounts import BadAmount, parse_amount


class LinesField(forms.CharField):
    """A text of several lines whose value is a tuple of what each line says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", UnfoldAdminTextareaWidget(attrs={"rows": 3, "spellcheck": "false"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value) or ""
        return tuple(self.read(line.strip()) for line in text.splitlines() if line.strip())

    def read(self, line: str) -> Any:
        """Give what one line says.

        Raises: ValidationError when it says nothing known.
        """
        return line


class LabelsField(LinesField):
    """Labels, `key:value` a line."""

    def read(self, line: str) -> Label:
        return _label(line)


class LabelMultipliersField(LinesField):
    """Labels with a factor, `key:value × factor` a line."""

    def read(self, line: str) -> LabelMultiplier:
        head, sign, factor = line.replace("*", "×").rpartition("×")
        if not sign:
            raise ValidationError(f"“{line}”: write the label, ×, and the factor, as in category:dairy × 2.")
        try:
            return LabelMultiplier(label=_label(head.strip()), multiplier=parse_amount(factor.strip()))
        except BadAmount as error:
            raise ValidationError(f"“{line}”: the factor has at most two decimals.") from error


def _label(text: str) -> Label:
    key, sign, value = text.partition(":")
    if not sign or not key.strip():
        raise ValidationError(f"“{text}”: write the key, a colon and the value, as in category:dairy.")
    return Label(key=key.strip(), value=value.strip())


def as_lines(items: Iterable[str]) -> str:
    """Write stored SKUs one a line."""
    return "\n".join(items)


def labels_as_lines(stored: Iterable[dict[str, str]]) -> str:
    """Write stored labels one a line."""
    return "\n".join(f"{each['key']}:{each.get('value', '')}" for each in stored)


def multipliers_as_lines(stored: Sequence[dict[str, str]]) -> str:
    """Write stored label factors one a line."""
    return "\n".join(
        f"{each['key']}:{each['value']} × {Decimal(each['multiplier']).normalize():f}" for each in stored
    )

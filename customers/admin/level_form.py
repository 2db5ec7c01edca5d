"""The form of a level: rewards in percent, words in every language, special rewards row by row, the photo."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinValueValidator
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from customers.ladder import LevelDetails, SpecialReward
from customers.models import Level
from loyalty.amounts import HUNDREDTH
from loyalty.cockpit.base import CockpitForm

MAX_SPECIAL_REWARDS = 100
_PERCENT = Decimal(100)
_LANGUAGES = dict(settings.LANGUAGES)


def _percent_field(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, min_value=0, max_value=100, decimal_places=2, max_digits=5, help_text=help_text,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01", "inputmode": "decimal"}),
    )  # fmt: skip


def _moment_field(label: str) -> forms.DateTimeField:
    attrs = {"type": "datetime-local", "class": "ck-moment"}
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M"),
    )


class SpecialRewardForm(forms.Form):
    """A benefit for a while, told to customers."""

    name = forms.CharField(max_length=255, widget=UnfoldAdminTextInputWidget())
    percent = _percent_field("Percent")
    code = forms.CharField(required=False, max_length=255, widget=UnfoldAdminTextInputWidget())
    starts_at = _moment_field("From")
    ends_at = _moment_field("Until")
    is_active = forms.BooleanField(label="Active", required=False, initial=True, widget=UnfoldBooleanWidget())

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        start, end = cleaned.get("starts_at"), cleaned.get("ends_at")
        if start and end and end < start:
            self.add_error("ends_at", "The end lies before the beginning.")
        return cleaned

    def reward(self) -> SpecialReward:
        """Give the row as a level keeps it."""
        values = self.cleaned_data
        return SpecialReward(
            name=values["name"],
            value=str((values["percent"] or Decimal(0)) / _PERCENT),
            code=values["code"],
            active=values["is_active"],
            startAt=_as_text(values["starts_at"]),
            endAt=_as_text(values["ends_at"]),
        )


SpecialRewards = forms.formset_factory(
    SpecialRewardForm, extra=0, can_delete=True, max_num=MAX_SPECIAL_REWARDS, validate_max=True
)


def _as_text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _as_row(reward: SpecialReward) -> dict[str, Any]:
    return {
        "name": reward["name"],
        "percent": _as_percent(Decimal(reward["value"] or 0)),
        "code": reward["code"],
        "is_active": reward["active"],
        "starts_at": _as_moment(reward["startAt"]),
        "ends_at": _as_moment(reward["endAt"]),
    }


def _as_percent(fraction: Decimal) -> Decimal:
    percent = fraction * _PERCENT
    return percent.quantize(Decimal(1) if percent == percent.to_integral_value() else HUNDREDTH)


def _as_moment(text: str) -> datetime | None:
    return timezone.localtime(datetime.fromisoformat(text)) if text else None


class LevelForm(CockpitForm):
    """A level. The photo comes as `file`; what is not sent of the special rewards leaves them as they are."""

    reward_percent = _percent_field(
        "Reward, percent", "What customers of this level are promised, for example a discount of 5 percent."
    )
    file = forms.FileField(
        label="Photo",
        required=False,
        help_text="JPEG, PNG, GIF or WebP, at most 2 MB.",
        widget=UnfoldAdminFileFieldWidget(
            attrs={"accept": "image/jpeg,image/png,image/gif,image/webp", "data-preview": "#photo"}
        ),
    )
    remove_photo = forms.BooleanField(
        label="Take the photo away", required=False, widget=UnfoldBooleanWidget()
    )

    class Meta:
        model = Level
        fields = (
            "name",
            "description",
            "is_active",
            "condition_value",
            "min_order",
            "reward_name",
            "reward_code",
        )
        labels = {
            "condition_value": "Reached at",
            "min_order": "Smallest order",
            "reward_name": "Reward",
            "is_active": "Active",
        }
        help_texts = {
            "condition_value": "Points or money spent, as the programme's settings say. The first level is at 0.",
            "min_order": "Told to customers; empty where any order will do.",
        }
        widgets = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & {"condition_value", "min_order"}:
            self.fields[name].validators.append(MinValueValidator(0))
        self.fields["reward_percent"].initial = _as_percent(self.instance.reward_value)
        for code in _LANGUAGES:
            for name in ("name", "description"):
                known = self.instance.translations.get(code, {}).get(name, "")
                self.fields[f"{name}_{code}"].initial = known
        rows = [_as_row(reward) for reward in self.instance.special_rewards]
        sent = self.data if self.is_bound and "rewards-TOTAL_FORMS" in self.data else None
        # What was sent stands for itself: a row as it was before is a row like any other.
        self.rewards = SpecialRewards(sent, prefix="rewards", initial=rows if sent is None else None)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.rewards.is_bound and not self.rewards.is_valid():
            self.add_error(None, "Look at the special rewards again.")
        return cleaned

    def details(self) -> LevelDetails:
        """Give what was filled in, in our words."""
        values = self.cleaned_data
        details = LevelDetails(
            name=values["name"],
            description=values["description"],
            is_active=values["is_active"],
            condition_value=values["condition_value"],
            reward_name=values["reward_name"],
            reward_code=values["reward_code"],
            reward_value=(values["reward_percent"] or Decimal(0)) / _PERCENT,
        )
        if "min_order" in self.data:
            details["min_order"] = values["min_order"]
        if any(f"name_{code}" in self.data for code in _LANGUAGES):
            details["translations"] = dict(self._translations())
        if self.rewards.is_bound:
            details["special_rewards"] = [
                row.reward()
                for row in self.rewards
                if row.has_changed() and row not in self.rewards.deleted_forms
            ]
        return details

    def _translations(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Give every language with words of its own; what other faces wrote in further languages stays."""
        for code, words in self.instance.translations.items():
            if code not in _LANGUAGES:
                yield code, words
        for code in _LANGUAGES:
            name, description = self.cleaned_data[f"name_{code}"], self.cleaned_data[f"description_{code}"]
            if name or description:
                yield code, {"name": name or self.cleaned_data["name"], "description": description}


def _fields_of_words() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for code, language in _LANGUAGES.items():
        fields[f"name_{code}"] = forms.CharField(
            label=f"Name, {language}", required=False, max_length=255, widget=UnfoldAdminTextInputWidget()
        )
        fields[f"description_{code}"] = forms.CharField(
            label=f"Description, {language}",
            required=False,
            max_length=4000,
            widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        )
    return fields


# Both of a form class's lists of fields: its own, and the one that a form made from it begins with.
LevelForm.declared_fields.update(_fields_of_words())
LevelForm.base_fields.update(_fields_of_words())

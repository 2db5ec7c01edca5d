"""Levels in the Open Loyalty dialect: what staff set up, what customers and sellers see."""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers import ladder, queries
from customers.api.open_loyalty import records
from customers.ladder import LevelDetails, SpecialReward
from loyalty import images
from loyalty.access import Grant
from loyalty.api.bodies import read_text
from loyalty.api.open_loyalty import lists
from loyalty.api.open_loyalty.fields import (
    BLANK,
    AmountField,
    DecimalField,
    FileField,
    FlagField,
    InstantField,
    ListField,
    TextField,
    WireField,
)
from loyalty.api.open_loyalty.forms import Form
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.refusals import NotFound

SORT = {
    "levelId": "pk",
    "name": "name",
    "description": "description",
    "conditionValue": "condition_value",
    "active": "is_active",
    "customersCount": "customers_count",
    "createdAt": "created_at",
}
PEOPLE_SORT = {
    "customerId": "pk",
    "firstName": "first_name",
    "lastName": "last_name",
    "email": "email_key",
    "createdAt": "created_at",
}
MAX_LANGUAGES = 50
_PERCENT = Decimal(100)


class TranslationForm(Form):
    name = TextField(required=True)
    description = TextField(max_length=4000, default="")


class TranslationsField(WireField):
    """Name and description by language: `translations[en][name]=…`."""

    def to_internal_value(self, data: Any) -> dict[str, dict[str, str]]:
        by_language = self._by_language(data)
        if not 0 < len(by_language) <= MAX_LANGUAGES:
            self.fail("invalid")
        read, errors = {}, {}
        for language, texts in by_language.items():
            form = TranslationForm(data=texts if isinstance(texts, dict) else {})
            code = read_text(language)
            if not code or len(code) > 16:
                self.fail("invalid")
            if form.is_valid():
                read[code] = dict(form.validated_data)
            else:
                errors[code] = form.errors
        if errors:
            raise ValidationError(errors)
        return read

    def _by_language(self, data: Any) -> dict[Any, Any]:
        if isinstance(data, list) and all(isinstance(each, dict) for each in data):
            # As the answers have them.
            return {each.get("locale"): each for each in data if isinstance(each.get("locale"), str)}
        if not isinstance(data, dict):
            self.fail("invalid")
        return data


class RewardForm(Form):
    """What a level gives; `value` is a percentage."""

    name = TextField(default="")
    value = DecimalField(places=2, at_least=Decimal(0), at_most=_PERCENT)
    code = TextField(default="")


class SpecialRewardForm(RewardForm):
    """A benefit for a while."""

    active = FlagField(default=False)
    startAt = InstantField()
    endAt = InstantField()


class LevelForm(Form):
    """A level; its name and description may come plain, in the programme's language, or by language."""

    wrapped_in = "level"

    name = TextField(blank=False)
    description = TextField(max_length=4000)
    translations = TranslationsField(blank=False)
    active = FlagField(source="is_active")
    conditionValue = AmountField(source="condition_value", blank=False)
    minOrder = AmountField(source="min_order")
    reward = RewardForm()
    specialRewards = ListField(SpecialRewardForm(), source="special_rewards", max_items=100)


class NewLevelForm(LevelForm):
    conditionValue = AmountField(source="condition_value", required=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "name" not in attrs and "translations" not in attrs:
            raise ValidationError({"name": [BLANK]})
        return attrs


class ActiveForm(Form):
    active = FlagField(source="is_active", default=True)


def as_details(values: dict[str, Any], *, locale: str) -> LevelDetails:
    """Give a form's values as the ladder takes them: percentages as fractions, the name in the programme's language."""
    details = {name: value for name, value in values.items() if name not in {"reward", "special_rewards"}}
    translations = details.get("translations")
    if translations:
        details = {**translations.get(locale, next(iter(translations.values()))), **details}
    reward = values.get("reward") or {}
    if "name" in reward:
        details |= {"reward_name": reward["name"], "reward_code": reward["code"]}
    if "value" in reward:
        details["reward_value"] = _fraction(reward["value"])
    if "special_rewards" in values:
        details["special_rewards"] = [_as_special_reward(each) for each in values["special_rewards"]]
    return cast(LevelDetails, details)


def _as_special_reward(values: dict[str, Any]) -> SpecialReward:
    return SpecialReward(
        name=values["name"],
        value=str(_fraction(values.get("value"))),
        code=values["code"],
        active=values["active"],
        startAt=_as_text(values.get("startAt")),
        endAt=_as_text(values.get("endAt")),
    )


def _fraction(percentage: Decimal | None) -> Decimal:
    return (percentage or Decimal(0)) / _PERCENT


def _as_text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


class PhotoForm(Form):
    """A picture."""

    wrapped_in = "photo"

    file = FileField(required=True)


class LevelList(OpenLoyaltyView):
    """All levels of the store."""

    grant = Grant("LEVEL")

    def get(self, request: Request) -> Response:
        page = self.paginate(queries.levels_of(self.store), sort=SORT, default="name")
        return Response(
            {"levels": [records.level_record(self, level) for level in page.items], "total": page.total}
        )


class LevelCreation(OpenLoyaltyView):
    """A new level."""

    grant = Grant("LEVEL")
    form_class = NewLevelForm

    def post(self, request: Request) -> Response:
        values = as_details(self.read(), locale=self.store.programme.locale)
        level = ladder.save_level(self.store, values=values, at=self.at, actor=self.actor)
        return Response({"levelId": level.pk})


class LevelDetail(OpenLoyaltyView):
    """One level."""

    grant = Grant("LEVEL")
    form_class = LevelForm

    def get(self, request: Request, level: UUID) -> Response:
        return Response(records.level_record(self, queries.level_of(self.store, level)))

    def put(self, request: Request, level: UUID) -> Response:
        known = queries.level_of(self.store, level)
        values = as_details(self.read(), locale=self.store.programme.locale)
        ladder.save_level(self.store, values=values, at=self.at, actor=self.actor, level=known)
        return Response({"levelId": known.pk})

    def delete(self, request: Request, level: UUID) -> Response:
        ladder.delete_level(queries.level_of(self.store, level), at=self.at, actor=self.actor)
        return Response(status=204)


class LevelActivation(OpenLoyaltyView):
    """Switch a level on (`active=1`) or off (`active=0`)."""

    grant = Grant("LEVEL")
    form_class = ActiveForm

    def post(self, request: Request, level: UUID) -> Response:
        known = queries.level_of(self.store, level)
        ladder.set_active(known, is_active=self.read()["is_active"], at=self.at, actor=self.actor)
        return Response(status=204)


class LevelPhoto(OpenLoyaltyView):
    """The picture of a level, re-encoded and without metadata."""

    grants = {"GET": Grant(anyone=True), "POST": Grant("LEVEL"), "DELETE": Grant("LEVEL")}
    form_class = PhotoForm

    def get(self, request: Request, level: UUID) -> HttpResponse:
        photo = queries.level_of(self.store, level).photo
        try:
            with photo.open("rb") as file:
                return HttpResponse(file.read(), content_type=images.content_type_of(photo.name or ""))
        except (ValueError, FileNotFoundError):
            raise NotFound from None

    def post(self, request: Request, level: UUID) -> Response:
        known = queries.level_of(self.store, level)
        ladder.set_photo(known, self.read()["file"], at=self.at, actor=self.actor)
        return Response({})

    def delete(self, request: Request, level: UUID) -> Response:
        ladder.remove_photo(queries.level_of(self.store, level), at=self.at, actor=self.actor)
        return Response({})


class LevelCustomers(OpenLoyaltyView):
    """Who stands on a level."""

    grant = Grant("LEVEL")

    def get(self, request: Request, level: UUID) -> Response:
        known = queries.level_of(self.store, level)
        page = lists.paginate(
            queries.people_on(known),
            self.params,
            sort=PEOPLE_SORT,
            default="lastName",
            count=lambda: int(getattr(known, "customers_count", 0)),
        )
        return Response(
            {"customers": [records.person_record(customer) for customer in page.items], "total": page.total}
        )


class OfferedLevels(OpenLoyaltyView):
    """The active levels, as customers see them."""

    grant = Grant("LEVEL", customer=True, seller=True)

    def get(self, request: Request) -> Response:
        page = self.paginate(queries.levels_of(self.store).filter(is_active=True), sort=SORT, default="name")
        return Response(
            {"levels": [records.offered_level(self, level) for level in page.items], "total": page.total}
        )


class SellerLevels(LevelList):
    grant = Grant(seller=True)


class SellerLevel(OpenLoyaltyView):
    """One level, for a seller."""

    grant = Grant(seller=True)

    def get(self, request: Request, level: UUID) -> Response:
        return Response(records.level_record(self, queries.level_of(self.store, level)))

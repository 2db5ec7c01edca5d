"""Routes of earning rules: staff keep them, sellers and customers read them."""

from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries, rules
from campaigns.api.open_loyalty.forms import (
    AnyRuleForm,
    RuleActiveForm,
    RuleFilterForm,
    RulePhotoForm,
    form_for,
)
from campaigns.api.open_loyalty.records import rule_record
from campaigns.drafts import RuleDraft
from customers.models import Customer
from loyalty import images
from loyalty.access import Grant
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.refusals import NotFound

STAFF = Grant("EARNING_RULE")
SORT = {
    "earningRuleId": "id",
    "name": "name",
    "description": "description",
    "type": "kind",
    "active": "is_active",
    "allTimeActive": "is_all_time_active",
    "startAt": "start_at",
    "endAt": "end_at",
    "pointsAmount": "points_amount",
    "createdAt": "created_at",
}


class RuleView(OpenLoyaltyView):
    """What the routes of rules share."""

    def read_draft(self, *, kind: str | None = None) -> RuleDraft:
        """Read the body through the form of its type, or of `kind` where the body does not say."""
        inner = self.params.get("earningRule")
        inner = dict(inner) if isinstance(inner, dict) else {}
        if kind is not None and "type" not in inner:
            self.params["earningRule"] = {**inner, "type": kind}
        draft: RuleDraft = self.read(form_for(inner.get("type", kind)))["draft"]
        return draft

    def list_rules(self) -> Response:
        """Answer a page of the store's rules."""
        wanted = self.read(RuleFilterForm)
        found = queries.rules_of(self.store).filter(**{k: v for k, v in wanted.items() if v is not None})
        page = self.paginate(found, sort=SORT, default="createdAt")
        records = [rule_record(rule, self.zone) for rule in page.items]
        return Response({"earningRules": records, "total": page.total})


class RuleList(RuleView):
    """The store's earning rules: a page of them, or one more."""

    grant = STAFF
    form_class = AnyRuleForm

    def get(self, request: Request) -> Response:
        return self.list_rules()

    def post(self, request: Request) -> Response:
        rule = rules.create_rule(self.store, self.read_draft(), at=self.at, actor=self.actor)
        return Response({"earningRuleId": rule.pk})


class RuleDetail(RuleView):
    """One earning rule: shown, or changed whole."""

    grant = STAFF
    form_class = AnyRuleForm

    def get(self, request: Request, rule: UUID) -> Response:
        return Response(rule_record(queries.rule_of(self.store, rule), self.zone))

    def put(self, request: Request, rule: UUID) -> Response:
        found = queries.rule_of(self.store, rule)
        rules.change_rule(found, self.read_draft(kind=found.kind), at=self.at, actor=self.actor)
        return Response({"earningRuleId": rule})


class RuleActivation(RuleView):
    """Switches an earning rule on or off."""

    grant = STAFF
    form_class = RuleActiveForm

    def post(self, request: Request, rule: UUID) -> Response:
        found = queries.rule_of(self.store, rule)
        switch = rules.activate_rule if self.read()["is_active"] else rules.deactivate_rule
        switch(found, at=self.at, actor=self.actor)
        return Response(status=204)


class RulePhoto(RuleView):
    """The picture of an earning rule, re-encoded and without metadata."""

    grants = {"GET": Grant(anyone=True), "POST": STAFF, "DELETE": STAFF}
    form_class = RulePhotoForm

    def get(self, request: Request, rule: UUID) -> HttpResponse:
        photo = queries.rule_of(self.store, rule).photo
        try:
            with photo.open("rb") as file:
                return HttpResponse(file.read(), content_type=images.content_type_of(photo.name or ""))
        except (ValueError, FileNotFoundError):
            raise NotFound from None

    def post(self, request: Request, rule: UUID) -> Response:
        found = queries.rule_of(self.store, rule)
        rules.set_photo(found, self.read()["file"], at=self.at, actor=self.actor)
        return Response({})

    def delete(self, request: Request, rule: UUID) -> Response:
        rules.remove_photo(queries.rule_of(self.store, rule), at=self.at, actor=self.actor)
        return Response({})


class SellerRuleList(RuleView):
    """The store's earning rules, for sellers."""

    grant = Grant(seller=True)

    def get(self, request: Request) -> Response:
        return self.list_rules()


class SellerRuleDetail(RuleView):
    """One earning rule, for sellers."""

    grant = Grant(seller=True)

    def get(self, request: Request, rule: UUID) -> Response:
        return Response(rule_record(queries.rule_of(self.store, rule), self.zone))


class CustomerRuleList(RuleView):
    """The rules from which the customer who asks can earn now."""

    grant = Grant(customer=True)

    def get(self, request: Request) -> Response:
        assert self.principal is not None
        customer = Customer.objects.select_related("store").get(pk=self.principal.id)
        found = queries.rules_for(customer, at=self.at)
        records = [rule_record(rule, self.zone) for rule in found]
        return Response({"earningRules": records, "currency": self.store.currency.lower()})

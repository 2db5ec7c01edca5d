"""Segments in the Open Loyalty dialect, and the files of who is in a segment or on a level."""

from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from customers import queries, segments
from customers.api.open_loyalty import forms, lists, records, segment_forms
from customers.models import Customer, Segment
from customers.queries import CustomerFilter
from loyalty.access import Grant
from loyalty.api.open_loyalty import wire
from loyalty.api.open_loyalty.views import OpenLoyaltyView
from loyalty.cockpit import exports

SORT = {
    "segmentId": "pk",
    "name": "name",
    "description": "description",
    "active": "is_active",
    "customersCount": "customers_count",
    "averageTransactionAmount": "average_purchase_amount",
    "averageTransactions": "average_purchases",
    "averageClv": "average_customer_value",
    "createdAt": "created_at",
}
PEOPLE_SORT = {**lists.SORT, "name": "last_name"}


def segment_record(view: OpenLoyaltyView, segment: Segment) -> dict[str, Any]:
    """Give a segment with its parts and figures."""
    return {
        "segmentId": segment.pk,
        "name": segment.name,
        "description": segment.description,
        "active": segment.is_active,
        "parts": [_part(part) for part in segment.parts],
        "createdAt": wire.instant(segment.created_at, view.zone),
        "customersCount": segment.customers_count,
        "averageTransactionAmount": wire.amount(segment.average_purchase_amount),
        "averageTransactions": segment.average_purchases,
        "averageClv": wire.amount(segment.average_customer_value),
        "currency": view.store.currency,
    }


def _part(part: Any) -> dict[str, Any]:
    return {**part, "criteria": [_criterion(criterion) for criterion in part["criteria"]]}


def _criterion(criterion: dict[str, Any]) -> dict[str, Any]:
    """Give a kept criterion with its amounts as numbers."""
    amounts = ("fromAmount", "toAmount", "percent")
    return {
        name: wire.amount(Decimal(value)) if name in amounts else value for name, value in criterion.items()
    }


class SegmentList(OpenLoyaltyView):
    """All segments of the store; a new one."""

    grant = Grant("SEGMENT")
    form_class = segment_forms.NewSegmentForm

    def get(self, request: Request) -> Response:
        page = self.paginate(segments.segments_of(self.store), sort=SORT, default="name")
        return Response(
            {"segments": [segment_record(self, segment) for segment in page.items], "total": page.total}
        )

    def post(self, request: Request) -> Response:
        segment = segments.save_segment(
            self.store, values=as_details(self.read()), at=self.at, actor=self.actor
        )
        return Response({"segmentId": segment.pk})


class SegmentDetail(OpenLoyaltyView):
    """One segment."""

    grant = Grant("SEGMENT")
    form_class = segment_forms.SegmentForm

    def get(self, request: Request, segment: UUID) -> Response:
        return Response(segment_record(self, segments.segment_of(self.store, segment)))

    def put(self, request: Request, segment: UUID) -> Response:
        known = segments.segment_of(self.store, segment)
        values = as_details(self.read())
        segments.save_segment(self.store, values=values, at=self.at, actor=self.actor, segment=known)
        return Response({"segmentId": known.pk})

    def delete(self, request: Request, segment: UUID) -> Response:
        segments.delete_segment(segments.segment_of(self.store, segment), at=self.at, actor=self.actor)
        return Response(status=204)


class SegmentActivation(OpenLoyaltyView):
    """Switch a segment on."""

    grant = Grant("SEGMENT")
    is_active = True

    def post(self, request: Request, segment: UUID) -> Response:
        known = segments.segment_of(self.store, segment)
        segments.set_active(known, is_active=self.is_active, at=self.at, actor=self.actor)
        return Response(status=204)


class SegmentDeactivation(SegmentActivation):
    """Switch a segment off."""

    is_active = False


class SegmentCustomers(OpenLoyaltyView):
    """Who is in a segment."""

    grant = Grant("SEGMENT")
    form_classes = {"GET": forms.ListFilterForm}

    def get(self, request: Request, segment: UUID) -> Response:
        known = segments.segment_of(self.store, segment)
        wanted = CustomerFilter(**{name: value for name, value in self.read().items() if value is not None})
        people = queries.filter_customers(segments.people_in(known), wanted, store=self.store, at=self.at)
        page = self.paginate(people, sort=PEOPLE_SORT, default="name")
        shown = [{**self.membership(known), **records.member_record(self, each)} for each in page.items]
        return Response({"customers": shown, "total": page.total})

    def membership(self, segment: Segment) -> dict[str, Any]:
        return {"segmentId": segment.pk, "segmentName": segment.name}


class CustomerFile(OpenLoyaltyView):
    """Customers as a CSV file, streamed."""

    def answer_file(self, people: QuerySet[Customer], name: str) -> HttpResponseBase:
        zone = self.zone
        columns: list[exports.Column] = [
            ("customerId", "pk"),
            ("firstName", "first_name"),
            ("lastName", "last_name"),
            ("email", "email"),
            ("phone", "phone"),
            ("loyaltyCardNumber", "card_number"),
            ("gender", "gender"),
            ("birthDate", lambda customer: wire.day(customer.birth_date)),
            ("level", "level.name"),
            ("transactionsCount", "purchases_count"),
            ("transactionsAmount", "purchases_amount"),
            ("lastTransactionDate", lambda customer: wire.instant(customer.last_purchase_at, zone)),
            ("agreement1", "agreement1"),
            ("agreement2", "agreement2"),
            ("agreement3", "agreement3"),
            ("createdAt", lambda customer: wire.instant(customer.created_at, zone)),
        ]
        rows = people.prefetch_related(None).select_related("level").order_by("last_name", "pk")
        return exports.as_csv(rows, columns, name)


class SegmentFile(CustomerFile):
    """Who is in a segment, as a file."""

    grant = Grant("SEGMENT_EXPORT")

    def get(self, request: Request, segment: UUID) -> HttpResponseBase:
        known = segments.segment_of(self.store, segment)
        return self.answer_file(segments.people_in(known), f"segment-{known.pk}")


class LevelFile(CustomerFile):
    """Who stands on a level, as a file."""

    grant = Grant("LEVEL")

    def get(self, request: Request, level: UUID) -> HttpResponseBase:
        known = queries.level_of(self.store, level)
        return self.answer_file(queries.people_on(known), f"level-{known.pk}")


def as_details(values: dict[str, Any]) -> segments.SegmentDetails:
    """Give a form's values as the capability takes them."""
    return cast(segments.SegmentDetails, values)

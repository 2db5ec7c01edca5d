"""Calls that move points. An external id names one call of the store, for ever."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.omniwallet import records
from customers.models import Customer
from wallet import ledger, lines, worth
from wallet.api.omniwallet.customers import WithPoints
from wallet.api.omniwallet.forms import AddPointsForm, AddPointsFromValueForm, SubtractPointsForm
from wallet.models import PointsTransfer

SOURCE = "omniwallet"
# What a call says that is kept beside the points.
_KEPT = ("type", "order_id", "content", "items", "metadata")


class Move(WithPoints):
    """One movement on one wallet. The same call again gets the first result: the points as they were after it."""

    verb: ClassVar[str]
    answers = {"POST": {"type": "object", "example": records.EXAMPLE}}

    def post(self, request: Request, email: str) -> Response:
        customer = self.customer(email)
        transfer = self.move(customer, self.read())
        customer.refresh_from_db(fields=["updated_at"])
        points = lines.available_after(transfer)
        return Response(records.customer_resource(self, customer, points=points))

    def move(self, customer: Customer, values: Mapping[str, Any]) -> PointsTransfer:
        """Call the ledger."""
        raise NotImplementedError

    def origin(self, values: Mapping[str, Any], **facts: str) -> ledger.Origin:
        """Give the circumstances of a movement: what the call says, and what makes it the same call again."""
        kept = {name: values[name] for name in _KEPT if values.get(name)}
        external_id = values.get("external_id") or None
        return ledger.Origin(
            source=SOURCE,
            external_id=external_id,
            comment=values["type"],
            extra={**kept, **facts},
            call=_digest(self.verb, values) if external_id else "",
        )


class AddPoints(Move):
    """Add points."""

    verb = "add-points"
    form_classes = {"POST": AddPointsForm}

    def move(self, customer: Customer, values: Mapping[str, Any]) -> PointsTransfer:
        return ledger.add(
            customer, values["points"], at=self.at, actor=self.actor, origin=self.origin(values)
        )


class AddPointsFromValue(Move):
    """Add the points that a value of money is worth (`POINTS_VALUE` is the money of one point)."""

    verb = "add-points-from-value"
    form_classes = {"POST": AddPointsFromValueForm}

    def move(self, customer: Customer, values: Mapping[str, Any]) -> PointsTransfer:
        programme = self.store.programme
        points = worth.points_for(values["amount"], programme=programme, field="amount")
        origin = self.origin(values, amount=str(values["amount"]), exchange=f"{programme.points_value:f}")
        return ledger.add(customer, points, at=self.at, actor=self.actor, origin=origin)


class SubtractPoints(Move):
    """Subtract points."""

    verb = "subtract-points"
    form_classes = {"POST": SubtractPointsForm}

    def move(self, customer: Customer, values: Mapping[str, Any]) -> PointsTransfer:
        return ledger.spend(
            customer, values["points"], at=self.at, actor=self.actor, origin=self.origin(values)
        )


def _digest(verb: str, values: Mapping[str, Any]) -> str:
    said = json.dumps([verb, values], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()

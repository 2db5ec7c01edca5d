"""Points in and out: batches, added at once or in a moment, and operations, reverted exactly."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from loyalty.api.orderingstack.roles import any_of
from wallet import batches, ledger, queries
from wallet.api.orderingstack.forms import BatchForm, OperationChangeForm, OperationForm, RevertForm
from wallet.api.orderingstack.records import (
    BATCH_EXAMPLE,
    OPERATION_EXAMPLE,
    batch_record,
    operation_record,
)
from wallet.api.orderingstack.views import WalletView
from wallet.models import PointsTransfer

SOURCE = "wallet2"


class BatchView(WalletView):
    """A route that adds points. Without `expires` they never expire."""

    grant = any_of("ROLE_WALLET_BATCH")
    form_classes = {"POST": BatchForm}

    def terms(self) -> batches.Terms:
        """Read what the batch is to be. Raises: FormInvalid."""
        return batches.Terms(**self.read(), source=SOURCE)


class Batches(BatchView):
    """Hand points in: they are added in a moment, as the batch whose id is answered."""

    answers = {"POST": (202, {"type": "object", "example": {"id": "7c9e6679-7425-40de-944b-e07fc1f90ae7"}})}

    def post(self, request: Request, wallet: UUID) -> Response:
        batch_id = batches.queue(self.opened(wallet), self.terms(), at=self.at, actor=self.actor)
        return Response({"id": str(batch_id)}, status=202)


class BatchesAtOnce(BatchView):
    """Add points now."""

    answers = {"POST": (201, BATCH_EXAMPLE)}

    def post(self, request: Request, wallet: UUID) -> Response:
        batch = batches.add(self.opened(wallet), self.terms(), at=self.at, actor=self.actor)
        return Response(batch_record(batch, at=self.at), status=201)


class OperationView(WalletView):
    """A route about points spent."""

    grant = any_of("ROLE_WALLET_OP")

    def operation(self, wallet: UUID, operation: UUID) -> PointsTransfer:
        """Give a spending of this wallet. Raises: NotFound, also for another wallet's."""
        return queries.spending_of(self.opened(wallet), operation)


class Operations(OperationView):
    """Spend points, soonest expiry first."""

    form_classes = {"POST": OperationForm}
    answers = {"POST": (201, OPERATION_EXAMPLE)}

    def post(self, request: Request, wallet: UUID) -> Response:
        customer, said = self.opened(wallet), self.read()
        points = said.pop("points")
        operation = ledger.spend(
            customer, points, at=self.at, actor=self.actor, origin=ledger.Origin(source=SOURCE, **said)
        )
        return Response(operation_record(operation), status=201)


class OperationRevert(OperationView):
    """Return an operation's points to exactly the batches that they came from, once."""

    form_classes = {"POST": RevertForm}
    answers = {"POST": (200, OPERATION_EXAMPLE)}

    def post(self, request: Request, wallet: UUID) -> Response:
        operation = self.operation(wallet, self.read()["operation"])
        return Response(operation_record(ledger.reverse(operation, at=self.at, actor=self.actor)))


class OperationDetail(OperationView):
    """Change an operation's venue and extra; its points stay as they are."""

    form_classes = {"PUT": OperationChangeForm}
    answers = {"PUT": (200, OPERATION_EXAMPLE)}

    def put(self, request: Request, wallet: UUID, operation: UUID) -> Response:
        current = self.operation(wallet, operation)
        changed = ledger.annotate(current, **self.read(), at=self.at, actor=self.actor)
        return Response(operation_record(changed))

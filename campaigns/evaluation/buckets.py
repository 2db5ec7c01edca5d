"""The sums that rules work on: one bucket of points per SKU, rounded after every step."""

from decimal import Decimal

from loyalty.amounts import MAX_AMOUNT, ZERO, quantize


class Buckets:
    """Points per SKU. Every step answers how much it changed its bucket, so that the steps add up to the total."""

    def __init__(self) -> None:
        self._points: dict[str, Decimal] = {}

    def add(self, sku: str, points: Decimal) -> Decimal:
        """Add points to a bucket and give the change."""
        return self._change(sku, self._points.get(sku, ZERO) + points)

    def multiply(self, sku: str, factor: Decimal) -> Decimal:
        """Multiply a bucket and give the change."""
        return self._change(sku, self._points.get(sku, ZERO) * factor)

    def total(self) -> Decimal:
        """Give the sum of all buckets, held between zero and the largest amount."""
        return max(ZERO, min(MAX_AMOUNT, sum(self._points.values(), ZERO)))

    def _change(self, sku: str, value: Decimal) -> Decimal:
        before = self._points.get(sku, ZERO)
        # Bounded before rounding: a thousand multiplying lines would outgrow what Decimal can round.
        after = quantize(max(-MAX_AMOUNT, min(MAX_AMOUNT, value)))
        self._points[sku] = after
        return after - before

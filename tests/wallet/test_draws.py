"""The order in which batches pay: the worked table of docs/ledger.md, and what holds for any batches."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.amounts import ZERO
from tests.worked_tables import Row, moment, read_table
from wallet.draws import Batch, draw, drawing_order

TODAY = datetime(2026, 3, 14, tzinfo=UTC)


def read_batch(text: str, *, age: int) -> Batch:
    name, points, expiry = text.split()
    return Batch(
        id=UUID(int=ord(name)),
        remaining=Decimal(points),
        created_at=TODAY - timedelta(days=100 - age),
        expires_at=moment(expiry),
    )


@pytest.mark.parametrize("row", read_table("ledger.md", "Which batch pays"), ids=lambda row: row["batches"])
def test_batches_pay_as_the_table_says(row: Row) -> None:
    batches = [read_batch(text, age=age) for age, text in enumerate(row["batches"].split(", "))]
    shares = draw(reversed(batches), Decimal(row["spend"]), at=TODAY)
    assert ", ".join(f"{chr(share.batch_id.int)} {share.value}" for share in shares) == row["draws"]


amounts = st.decimals(Decimal("0.01"), Decimal(1000), places=2)
moments = st.integers(-5, 30).map(lambda days: TODAY + timedelta(days=days))
batches_in_any_order = st.lists(
    st.builds(Batch, id=st.uuids(), remaining=amounts, created_at=moments, expires_at=st.none() | moments),
    max_size=12,
    unique_by=lambda batch: batch.id,
)


@given(batches=batches_in_any_order, points=amounts)
def test_a_draw_takes_what_is_asked_or_all_there_is(batches: list[Batch], points: Decimal) -> None:
    valid = {batch.id: batch for batch in batches if batch.expires_at is None or batch.expires_at > TODAY}
    shares = draw(batches, points, at=TODAY)
    held = sum((batch.remaining for batch in valid.values()), ZERO)
    assert sum((share.value for share in shares), ZERO) == min(points, held)
    assert all(ZERO < share.value <= valid[share.batch_id].remaining for share in shares)


@given(batches=batches_in_any_order, points=amounts)
def test_every_batch_that_pays_is_emptied_before_the_next_one(batches: list[Batch], points: Decimal) -> None:
    by_id = {batch.id: batch for batch in batches}
    shares = draw(batches, points, at=TODAY)
    assert all(share.value == by_id[share.batch_id].remaining for share in shares[:-1])
    order = [drawing_order(by_id[share.batch_id]) for share in shares]
    assert order == sorted(order)


@given(batches=batches_in_any_order, points=amounts, seed=st.randoms())
def test_the_order_in_which_batches_are_listed_does_not_matter(batches, points, seed) -> None:
    shuffled = batches.copy()
    seed.shuffle(shuffled)
    assert draw(shuffled, points, at=TODAY) == draw(batches, points, at=TODAY)

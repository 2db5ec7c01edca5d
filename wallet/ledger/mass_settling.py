"""Settle thousands of wallets in a handful of statements: the rules of `settling`, carried out by PostgreSQL.

`settling.settle` reads a wallet's due batches into Python, which is right for one wallet and too slow for a million
batches that expire with the month. Here the same steps are rows of a temporary table, and what a step leaves behind
is a running sum over a wallet's steps in the order in which they fell due. `tests/wallet/test_mass_settling.py` lets
both do the same work and compares every row.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from loyalty import mass_events
from loyalty.actors import SYSTEM
from wallet.events import PointsExpired, PointsUnlocked

# One row per thing that fell due: `unlocks` tells an unlocking from an expiry, `available` and `pending` are the
# balances after it, `place` its place in the wallet's order. The table empties itself at the end of the transaction,
# and is emptied here for a caller that settles twice in one.
_TABLE = """
CREATE TEMPORARY TABLE IF NOT EXISTS settling_step (
    transfer_id uuid, wallet_id uuid, store_id uuid, purchase_id uuid, moment timestamptz, unlocks boolean,
    remaining bigint, value bigint, available bigint, pending bigint, place bigint
) ON COMMIT DELETE ROWS;
DELETE FROM settling_step
"""
# An expiry comes before an unlocking at the same instant, as in `settling`.
_FIND_STEPS = """
INSERT INTO settling_step
SELECT step.id, step.wallet_id, step.store_id, step.purchase_id, step.moment, step.unlocks, step.remaining, step.value,
       wallet.available + sum(CASE WHEN step.unlocks THEN step.remaining ELSE -step.remaining END) OVER due_order,
       wallet.pending - sum(CASE WHEN step.unlocks THEN step.remaining ELSE 0 END) OVER due_order,
       row_number() OVER due_order
FROM (
    SELECT id, wallet_id, store_id, purchase_id, remaining, value, locked_until AS moment, true AS unlocks
    FROM wallet_pointstransfer
    WHERE wallet_id = ANY(%(wallets)s) AND state = 'pending' AND locked_until <= %(at)s
    UNION ALL
    SELECT id, wallet_id, store_id, purchase_id, remaining, value, expires_at, false
    FROM wallet_pointstransfer
    WHERE wallet_id = ANY(%(wallets)s) AND expires_at <= %(at)s
      AND (state = 'active' AND remaining > 0 OR state = 'pending' AND locked_until <= %(at)s)
) AS step
JOIN wallet_wallet AS wallet ON wallet.customer_id = step.wallet_id
WINDOW due_order AS (PARTITION BY step.wallet_id ORDER BY step.moment, step.unlocks, step.id)
"""
# The tallies of transfers (`wallet.models.tallies`) take one line for a chunk here, where their trigger would write two
# for each batch. It is told to leave these statements alone, and no others of the transaction.
_TALLY_ITSELF = "SELECT set_config('loyalty.tallies_itself', %(itself)s, true)"
_TALLY = """
INSERT INTO wallet_transfertally (store_id, kind, state, change)
SELECT store_id, kind, side.state, side.sign * count(*)
FROM changed CROSS JOIN (VALUES (%(before)s, -1), (%(after)s, 1)) AS side (state, sign)
GROUP BY store_id, kind, side.state, side.sign
"""
_UNLOCK_BATCHES = """
WITH changed AS (
    UPDATE wallet_pointstransfer AS batch SET state = %(after)s
    FROM settling_step AS step WHERE step.transfer_id = batch.id AND step.unlocks AND batch.state = %(before)s
    RETURNING batch.store_id, batch.kind
)
"""
# What expires is active by now: who was pending has been unlocked a moment before.
_EXPIRE_BATCHES = """
WITH changed AS (
    UPDATE wallet_pointstransfer AS batch SET state = %(after)s, remaining = 0, ended_at = batch.expires_at
    FROM settling_step AS step WHERE step.transfer_id = batch.id AND NOT step.unlocks AND batch.state = %(before)s
    RETURNING batch.store_id, batch.kind
)
"""
_WRITE_ENTRIES = """
INSERT INTO wallet_ledgerentry (wallet_id, transfer_id, balance, reason, change, balance_after, created_at)
SELECT wallet_id, transfer_id, balance, reason, change, balance_after, moment
FROM (
    SELECT wallet_id, transfer_id, 'pending' AS balance, 'unlocked' AS reason, -remaining AS change,
           pending AS balance_after, moment, place, 0 AS half
    FROM settling_step WHERE unlocks AND remaining > 0
    UNION ALL
    SELECT wallet_id, transfer_id, 'available', CASE WHEN unlocks THEN 'unlocked' ELSE 'expired' END,
           CASE WHEN unlocks THEN remaining ELSE -remaining END, available, moment, place, 1
    FROM settling_step WHERE remaining > 0
) AS entry
ORDER BY wallet_id, place, half
"""
_TELL = """
SELECT wallet_id AS customer_id, store_id, moment AS occurred_at,
       jsonb_build_object(
           'transfer_id', transfer_id, 'points', (remaining / 100.0)::numeric(20, 2)::text,
           'balance', (available / 100.0)::numeric(20, 2)::text, 'purchase_id', purchase_id,
           'other_customer_id', NULL
       ) AS payload
FROM settling_step WHERE unlocks = %(unlocks)s ORDER BY wallet_id, place
"""
# What changes next is looked for among the batches as the statements above left them.
_WRITE_SUMS = """
UPDATE wallet_wallet AS wallet
SET available = wallet.available + sums.unlocked - sums.expired, pending = wallet.pending - sums.unlocked,
    earned = wallet.earned + sums.earned, expired = wallet.expired + sums.expired,
    next_change_at = (
        SELECT min(LEAST(CASE WHEN batch.state = 'pending' THEN batch.locked_until END, batch.expires_at))
        FROM wallet_pointstransfer AS batch
        WHERE batch.wallet_id = wallet.customer_id
          AND (batch.state = 'pending' OR batch.state = 'active' AND batch.remaining > 0)
    )
FROM (
    SELECT locked.id,
           COALESCE(sum(step.remaining) FILTER (WHERE step.unlocks), 0) AS unlocked,
           COALESCE(sum(step.remaining) FILTER (WHERE NOT step.unlocks), 0) AS expired,
           COALESCE(sum(step.value) FILTER (WHERE step.unlocks), 0) AS earned
    FROM unnest(%(wallets)s::uuid[]) AS locked (id) LEFT JOIN settling_step AS step ON step.wallet_id = locked.id
    GROUP BY locked.id
) AS sums
WHERE wallet.customer_id = sums.id
"""


_FIND_DUE = """
SELECT customer_id, next_change_at FROM wallet_wallet
WHERE next_change_at <= %(at)s AND (next_change_at, customer_id) > (%(moment)s, %(wallet)s)
ORDER BY next_change_at, customer_id LIMIT %(chunk)s
"""


def due_wallets(*, at: datetime, chunk: int) -> Iterator[list[UUID]]:
    """Give the ids of the wallets that time has changed by `at`, a chunk at a time, each once.

    Goes on from the last one seen, because the entries of settled wallets stay at the head of the index for a while.
    """
    seen: tuple[datetime, UUID] = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FIND_DUE, {"at": at, "moment": seen[0], "wallet": seen[1], "chunk": chunk})
            rows = cursor.fetchall()
        if not rows:
            return
        seen = (rows[-1][1], rows[-1][0])
        yield [wallet_id for wallet_id, _ in rows]


def settle_many(wallet_ids: Sequence[UUID], *, at: datetime) -> int:
    """Apply to locked wallets everything that was due up to `at`; give how many batches changed.

    Idempotent: a second call finds nothing due.   Locks: none of its own; the wallets must be locked.
    """
    if not wallet_ids:
        return 0
    parameters: dict[str, Any] = {"wallets": list(wallet_ids), "at": at}
    with connection.cursor() as cursor:
        # What a crash takes back with its events falls due again, so nobody has to wait for the disk.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(_TABLE)
        cursor.execute(_FIND_STEPS, parameters)
        cursor.execute(_TALLY_ITSELF, {"itself": "yes"})
        cursor.execute(_UNLOCK_BATCHES + _TALLY, {"before": "pending", "after": "active"})
        cursor.execute(_EXPIRE_BATCHES + _TALLY, {"before": "active", "after": "expired"})
        cursor.execute(_TALLY_ITSELF, {"itself": "no"})
        cursor.execute(_WRITE_ENTRIES)
        cursor.execute("SELECT count(DISTINCT transfer_id) FROM settling_step")
        changed = int(cursor.fetchone()[0])
    for event_class, unlocks in ((PointsUnlocked, True), (PointsExpired, False)):
        mass_events.record_from_query(event_class, _TELL, {"unlocks": unlocks}, actor=SYSTEM, at=at)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE_SUMS, parameters)
    return changed

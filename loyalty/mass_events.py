"""Say many things of one kind at once: events of which a query knows the facts, written without leaving the database.

For work over so many rows that one event after the other would take longer than the work (`wallet.ledger.settle_due`).
PostgreSQL only. What `loyalty.events` promises holds here too: the events belong to the open transaction, and the
outbox gets a row for each reaction that may run later. Reactions that run at once, and audit entries, are for single
events only.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from loyalty import reactions
from loyalty.actors import Actor
from loyalty.events import Event
from loyalty.tasks import wake_outbox

_INSERT = """
INSERT INTO loyalty_event (uuid, store_id, type, subject_kind, subject_id, actor_kind, actor_id, payload,
                           occurred_at, recorded_at)
SELECT gen_random_uuid(), told.store_id, %(type)s, 'customer', told.customer_id::text, %(actor_kind)s, %(actor_id)s,
       told.payload, told.occurred_at, %(at)s
FROM ({query}) AS told
"""
_OWE = """
WITH said AS ({insert} RETURNING id)
INSERT INTO loyalty_outboxmessage (event_id, reaction, attempts, due_at, last_error)
SELECT said.id, path, 0, %(at)s, '' FROM said CROSS JOIN unnest(%(paths)s::text[]) AS path
"""


def record_from_query(
    event_class: type[Event], query: str, parameters: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    """Record an event of one class about each customer that a query names, in the query's order.

    `query` gives rows (customer_id, store_id, payload jsonb with the fields of the class, occurred_at); it is ours,
    never input, and takes its values from `parameters` (`%(name)s`).
    Raises: TypeError for a class with reactions that run at once or with audit entries.
    """
    at_once = reactions.now(event_class.type) or reactions.together(event_class.type)
    if at_once or event_class.audited:
        raise TypeError(f"{event_class.type} has consequences that need it recorded one at a time")
    paths = list(reactions.later(event_class.type))
    insert = _INSERT.format(query=query)
    values: dict[str, Any] = {
        **parameters,
        "type": event_class.type,
        "actor_kind": actor.kind.value,
        "actor_id": actor.id,
        "at": at,
        "paths": paths,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OWE.format(insert=insert) if paths else insert, values)
    if paths:
        transaction.on_commit(wake_outbox)

"""Reads of the campaigns floor: rules with what they aim at, in a constant number of statements."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from campaigns.models import EarningRule
from customers.models import Customer, SegmentMember
from loyalty.models import Store
from loyalty.refusals import NotFound

_TARGETS = {"levels": "level_id", "segments": "segment_id", "points_of_sale": "pointofsale_id"}


def rules_of(store: Store) -> QuerySet[EarningRule]:
    """Give a store's rules with their levels, segments and points of sale (four statements, however many)."""
    return EarningRule.objects.filter(store=store).prefetch_related("levels", "segments", "points_of_sale")


def rule_of(store: Store, rule_id: UUID) -> EarningRule:
    """Give one rule of a store.

    Raises: NotFound, also for a rule of another store.
    """
    rule = rules_of(store).filter(pk=rule_id).first()
    if rule is None:
        raise NotFound
    return rule


def rules_holding(store: Store, *, at: datetime) -> QuerySet[EarningRule]:
    """Give the active rules of a store whose dates hold at a moment."""
    holds = Q(is_all_time_active=True) | Q(start_at__lte=at, end_at__gte=at)
    return rules_of(store).filter(holds, is_active=True)


def targets_of(rules: Iterable[EarningRule]) -> dict[UUID, dict[str, set[UUID]]]:
    """Give what each rule aims at, by relation (`levels`, `segments`, `points_of_sale`), in one statement."""
    targets: dict[UUID, dict[str, set[UUID]]] = {rule.pk: defaultdict(set) for rule in rules}
    if not targets:
        return targets
    parts = [
        getattr(EarningRule, relation)
        .through.objects.filter(earningrule__in=list(targets))
        .annotate(relation=Value(relation))
        .values_list("relation", "earningrule_id", column)
        for relation, column in _TARGETS.items()
    ]
    for relation, rule_id, target_id in parts[0].union(*parts[1:], all=True):
        targets[rule_id][relation].add(target_id)
    return targets


def rules_for(customer: Customer, *, at: datetime) -> QuerySet[EarningRule]:
    """Give the rules that hold at a moment and are for this customer's level or segments, oldest first."""
    is_target = Q(levels=customer.level_id) if customer.level_id else Q(pk__in=[])
    is_target |= Q(segments__in=segments_of(customer))
    return rules_holding(customer.store, at=at).filter(is_target).distinct()


def segments_of(customer: Customer) -> QuerySet[SegmentMember, UUID]:
    """Give the ids of the active segments that a customer is in."""
    memberships = customer.segment_memberships.filter(segment__is_active=True)
    return memberships.values_list("segment_id", flat=True)

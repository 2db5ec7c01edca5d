"""What an editor wrote about a segment's parts, read strictly into the form that is kept.

Values may come as text or typed, in the names of the wire. Customers are kept by id, whatever they were named by:
a segment holds no e-mail address that somebody may want forgotten.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from customers.segments.criteria import (
    ANNIVERSARIES,
    FIELDS_OF_KIND,
    MAX_COUNT,
    MAX_CRITERIA,
    MAX_CUSTOMERS,
    MAX_DAYS,
    MAX_ITEMS,
    MAX_LISTED,
    MAX_PARTS,
    RANGES,
    Criterion,
    Part,
    kind_named,
)
from customers.segments.naming import ids_of
from loyalty.amounts import ZERO, BadAmount, parse_amount
from loyalty.models import PointOfSale, Store
from loyalty.refusals import InvalidInput

BLANK = "This value should not be blank."
INVALID = "This value is not valid."
TO_BELOW_FROM = "The end should not be below the beginning."
UNKNOWN_CUSTOMER = "Customer does not exist."
_HUNDRED = Decimal(100)


class _Wrong(Exception):
    """What was written cannot be read; `place` is where in a list."""

    def __init__(self, reason: str = INVALID, place: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.place = reason, place


def check_parts(store: Store, parts: Any) -> list[Part]:
    """Give parts as they are kept, with ids for what has none.

    Raises: InvalidInput at the dotted place of the first problem (`parts.0.criteria.1.days`).
    """
    written = _items(parts, "parts", at_most=MAX_PARTS)
    if sum(map(_listed_in, written)) > MAX_LISTED:
        raise InvalidInput(field="parts", reason=INVALID)
    return [_part(store, part, f"parts.{place}") for place, part in enumerate(written)]


def _listed_in(part: Any) -> int:
    """Count the values that the criteria of a part list; what is no criterion is refused later."""
    criteria = part.get("criteria") if isinstance(part, Mapping) else None
    return sum(
        len(value)
        for criterion in (criteria if isinstance(criteria, list) else ())
        if isinstance(criterion, Mapping)
        for value in criterion.values()
        if isinstance(value, list | tuple)
    )


def _part(store: Store, part: Any, here: str) -> Part:
    if not isinstance(part, Mapping):
        raise InvalidInput(field=here, reason=INVALID)
    written = _items(part.get("criteria"), f"{here}.criteria", at_most=MAX_CRITERIA)
    return Part(
        segmentPartId=_own_id(part.get("segmentPartId")),
        criteria=[
            _criterion(store, criterion, f"{here}.criteria.{place}")
            for place, criterion in enumerate(written)
        ],
    )


def _items(written: Any, here: str, *, at_most: int) -> list[Any]:
    if written is None or written in ("", [], {}):
        raise InvalidInput(field=here, reason=BLANK)
    if not isinstance(written, list) or len(written) > at_most:
        raise InvalidInput(field=here, reason=INVALID)
    return written


def _criterion(store: Store, written: Any, here: str) -> Criterion:
    if not isinstance(written, Mapping):
        raise InvalidInput(field=here, reason=INVALID)
    if _is_blank(written.get("type")):
        raise InvalidInput(field=f"{here}.type", reason=BLANK)
    kind = kind_named(written["type"])
    if kind is None:
        raise InvalidInput(field=f"{here}.type", reason=INVALID)
    kept: Criterion = {"criterionId": _own_id(written.get("criterionId")), "type": kind}
    fields = FIELDS_OF_KIND[kind]
    for name, value in written.items():
        if name not in {"criterionId", "type", *fields} and not _is_blank(value):
            raise InvalidInput(field=f"{here}.{name}", reason=INVALID)
    for name in fields:
        kept[name] = _field(store, kind, name, written.get(name), f"{here}.{name}")
    for low, high in RANGES:
        if low in fields and _order_of(kept[high]) < _order_of(kept[low]):
            raise InvalidInput(field=f"{here}.{high}", reason=TO_BELOW_FROM)
    return kept


def _field(store: Store, kind: str, name: str, value: Any, here: str) -> Any:
    if _is_blank(value):
        raise InvalidInput(field=here, reason=BLANK)
    try:
        if name == "labels":
            return _labels(value, has_values=kind != "customer_has_labels")
        return _READERS[name](store, value)
    except _Wrong as wrong:
        place = here if wrong.place is None else f"{here}.{wrong.place}"
        raise InvalidInput(field=place, reason=wrong.reason) from None


def _is_blank(value: Any) -> bool:
    return value is None or value in ([], {}, ()) or (isinstance(value, str) and not value.strip())


def _own_id(value: Any) -> str:
    try:
        return str(value if isinstance(value, UUID) else UUID(value))
    except (TypeError, ValueError, AttributeError):
        return str(uuid4())


def _order_of(value: Any) -> Any:
    """Give what a kept bound is compared by: days compare as text, amounts and counts as numbers."""
    return value if isinstance(value, str) and value.count("-") == 2 else Decimal(value)


def _text(value: Any, *, longest: int = 255) -> str:
    if not isinstance(value, str) or "\x00" in value:
        raise _Wrong
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise _Wrong from None
    text = value.strip()
    if not text:
        raise _Wrong(BLANK)
    if len(text) > longest:
        raise _Wrong
    return text


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _Wrong
    return str(value).strip()


def _whole(most: int) -> Callable[[Store, Any], int]:
    def read(store: Store, value: Any) -> int:
        text = _number(value)
        if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
            raise _Wrong
        return int(text)

    return read


def _amount(store: Store, value: Any) -> str:
    try:
        amount = parse_amount(_number(value))
    except BadAmount:
        raise _Wrong from None
    if amount < ZERO:
        raise _Wrong
    return str(amount)


def _percent(store: Store, value: Any) -> str:
    percent = _amount(store, value)
    if Decimal(percent) > _HUNDRED:
        raise _Wrong
    return percent


def _day(store: Store, value: Any) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(_text(value))
    except ValueError:
        raise _Wrong from None
    if not 1001 <= day.year < 9999:
        raise _Wrong
    return day.isoformat()


def _anniversary(store: Store, value: Any) -> str:
    if value not in ANNIVERSARIES:
        raise _Wrong
    return str(value)


def _each(value: Any, *, at_most: int) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > at_most:
        raise _Wrong
    return list(value)


def _texts(value: Any, *, at_most: int, longest: int = 255) -> list[str]:
    read = []
    for place, item in enumerate(_each(value, at_most=at_most)):
        try:
            read.append(_text(str(item) if isinstance(item, UUID) else item, longest=longest))
        except _Wrong as wrong:
            raise _Wrong(wrong.reason, place) from None
    return list(dict.fromkeys(read))


def _names(store: Store, value: Any) -> list[str]:
    return _texts(value, at_most=MAX_ITEMS)


def _shops(store: Store, value: Any) -> list[str]:
    wanted = _texts(value, at_most=MAX_ITEMS)
    ids = []
    for place, text in enumerate(wanted):
        try:
            ids.append(UUID(text))
        except ValueError:
            raise _Wrong(place=place) from None
    known = set(PointOfSale.objects.filter(store=store, pk__in=ids).values_list("pk", flat=True))
    for place, shop_id in enumerate(ids):
        if shop_id not in known:
            raise _Wrong(place=place)
    return [str(shop_id) for shop_id in ids]


def _shop(store: Store, value: Any) -> str:
    try:
        return _shops(store, [value])[0]
    except _Wrong as wrong:
        raise _Wrong(wrong.reason) from None


def _people(store: Store, value: Any) -> list[str]:
    wanted = _texts(value, at_most=MAX_CUSTOMERS)
    found = ids_of(store, wanted)
    for place, text in enumerate(wanted):
        if text not in found:
            raise _Wrong(UNKNOWN_CUSTOMER, place)
    return list(dict.fromkeys(str(found[text]) for text in wanted))


def _labels(value: Any, *, has_values: bool) -> list[dict[str, str]]:
    labels = []
    for place, item in enumerate(_each(value, at_most=MAX_ITEMS)):
        if not isinstance(item, Mapping):
            raise _Wrong(place=place)
        try:
            label = {"key": _text(item.get("key") or "", longest=128)}
            written = item.get("value")
            if has_values:
                label["value"] = "" if _is_blank(written) else _text(written)
            elif not _is_blank(written):
                raise _Wrong
        except _Wrong as wrong:
            raise _Wrong(wrong.reason, place) from None
        if label not in labels:
            labels.append(label)
    return labels


_READERS: dict[str, Callable[[Store, Any], Any]] = {
    "min": _whole(MAX_COUNT),
    "max": _whole(MAX_COUNT),
    "days": _whole(MAX_DAYS),
    "fromAmount": _amount,
    "toAmount": _amount,
    "percent": _percent,
    "fromDate": _day,
    "toDate": _day,
    "anniversaryType": _anniversary,
    "skuIds": _names,
    "makers": _names,
    "posIds": _shops,
    "posId": _shop,
    "customers": _people,
}

"""What a chart of the dashboard draws: its series, step by step, and where a step leads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from loyalty.amounts import to_json_number
from loyalty.cockpit.ranges import Range, range_filter


@dataclass(frozen=True)
class Series:
    """One line or one row of bars; `colour` is issued, spent or expired."""

    label: str
    colour: str
    values: list[int | float]


@dataclass(frozen=True)
class Chart:
    """A chart with an address behind each of its steps."""

    type: str
    labels: list[str]
    series: list[Series]
    links: list[str]

    def as_json(self) -> dict[str, object]:
        """Give the form in which the page's script reads it."""
        return asdict(self)


def draw(
    wanted: Range,
    series: Sequence[tuple[str, str, Mapping[date, Decimal]]],
    *,
    type: str,
    list_address: str,
    field: str,
) -> Chart:
    """Draw series (label, colour, amount by first day of the step), with zero where nothing happened."""
    steps = wanted.steps()
    return Chart(
        type=type,
        labels=[step.label for step in steps],
        series=[
            Series(label, colour, [to_json_number(amounts.get(step.first, Decimal(0))) for step in steps])
            for label, colour, amounts in series
        ],
        links=[f"{list_address}?{range_filter(field, step.first, step.last)}" for step in steps],
    )


def by_step(wanted: Range, rows: Iterable[tuple[date | None, Decimal | int | None]]) -> dict[date, Decimal]:
    """Sum amounts by the step that their day belongs to."""
    sums: dict[date, Decimal] = {}
    for day, amount in rows:
        if day is not None and amount:
            step = wanted.step_of(day)
            sums[step] = sums.get(step, Decimal(0)) + amount
    return sums

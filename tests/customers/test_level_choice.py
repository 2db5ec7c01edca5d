"""Which level a customer stands on: the worked tables of docs/levels.md, and what holds for any levels."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.level_choice import Choice, Move, Occasion, Rung, Standing, choose, may_fall, rung_for
from loyalty.programme import DowngradeMode, ProgrammeSettings, TierBasis
from tests.worked_tables import Row, read_table

PAGE = "levels.md"
NOW = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
OCCASIONS = {"movement": Occasion.MOVEMENT, "review": Occasion.DAYS_OVER, "release": Occasion.RELEASE}


def read_rung(number: int, text: str) -> Rung:
    name, condition, *off = text.split()
    condition, _, reward = condition.partition("/")
    return Rung(
        id=UUID(int=number),
        name=name,
        condition_value=Decimal(condition),
        reward_value=Decimal(reward or 0) / 100,
        is_active=not off,
    )


def read_rungs(text: str) -> list[Rung]:
    return [read_rung(number, part) for number, part in enumerate(text.split(", "))]


LADDER = read_rungs("Bronze 0, Silver 100, Gold 500")


def read_standing(cell: str) -> Standing:
    name, *manual = cell.split()
    standing_on = next((rung.id for rung in LADDER if rung.name == name), None)
    return Standing(level_id=standing_on, is_manual=bool(manual))


def as_cell(choice: Choice) -> str:
    return (choice.level.name if choice.level else "none") + (" manual" if choice.is_manual else "")


@pytest.mark.parametrize(
    "row", read_table(PAGE, "Reached"), ids=lambda row: f"{row['levels']}: {row['amount']}"
)
def test_an_amount_reaches_the_level_of_the_table(row: Row) -> None:
    reached = rung_for(read_rungs(row["levels"]), Decimal(row["amount"]))
    assert (reached.name if reached else "none") == row["reached"]


@pytest.mark.parametrize(
    "row", read_table(PAGE, "Moves by purchases"), ids=lambda row: f"{row['present level']}, {row['amount']}"
)
def test_levels_by_purchases_move_as_the_table_says(row: Row) -> None:
    programme = ProgrammeSettings(
        tier_assign_type=TierBasis.PURCHASES, level_downgrade_mode=DowngradeMode.NONE
    )
    falls = may_fall(programme, since=NOW, at=NOW, occasion=Occasion.MOVEMENT)
    choice = choose(LADDER, read_standing(row["present level"]), Decimal(row["amount"]), may_fall=falls)
    assert as_cell(choice) == row["afterwards"]


@pytest.mark.parametrize("row", read_table(PAGE, "Moves by points"), ids=lambda row: ", ".join(row.values()))
def test_levels_by_points_move_as_the_table_says(row: Row) -> None:
    programme = ProgrammeSettings(
        tier_assign_type=TierBasis.POINTS,
        level_downgrade_mode=DowngradeMode(row["mode"]),
        level_downgrade_days=90,
    )
    since = NOW - timedelta(days=int(row["days"]))
    falls = may_fall(programme, since=since, at=NOW, occasion=OCCASIONS[row["occasion"]])
    choice = choose(LADDER, read_standing(row["present level"]), Decimal(row["amount"]), may_fall=falls)
    assert as_cell(choice) == row["afterwards"]


def test_a_level_that_was_switched_off_is_left_for_its_equal() -> None:
    old, new = read_rungs("Silver 100 off, Sterling 100")
    choice = choose([old, new], Standing(old.id), Decimal(120), may_fall=False)
    assert (choice.level, choice.move) == (new, Move.SIDEWAYS)
    assert choose([old, new], Standing(new.id), Decimal(120), may_fall=True).move is None


amounts = st.decimals(Decimal(0), Decimal(10_000), places=2)
ladders = st.lists(
    st.builds(
        Rung,
        id=st.uuids(),
        name=st.just("level"),
        condition_value=amounts,
        reward_value=st.decimals(Decimal(0), Decimal(1), places=4),
        is_active=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda rung: rung.id,
)


@given(rungs=ladders, amount=amounts)
def test_nobody_stands_above_what_they_reached_nor_below_what_they_could(
    rungs: list[Rung], amount: Decimal
) -> None:
    reached = rung_for(rungs, amount)
    conditions = [rung.condition_value for rung in rungs if rung.is_active and rung.condition_value <= amount]
    assert (reached.condition_value if reached else None) == max(conditions, default=None)


@given(rungs=ladders, amount=amounts, data=st.data(), manual=st.booleans())
def test_without_leave_to_fall_no_decision_takes_anybody_down(rungs, amount, data, manual) -> None:
    present = data.draw(st.sampled_from([*rungs, None]))
    standing = Standing(present.id if present else None, is_manual=manual)
    choice = choose(rungs, standing, amount, may_fall=False)
    before = present.condition_value if present else Decimal(-1)
    assert (choice.level.condition_value if choice.level else Decimal(-1)) >= before


@given(rungs=ladders, amount=amounts, data=st.data())
def test_deciding_twice_changes_nothing_more(rungs: list[Rung], amount: Decimal, data) -> None:
    present = data.draw(st.sampled_from([*rungs, None]))
    first = choose(rungs, Standing(present.id if present else None), amount, may_fall=True)
    again = choose(
        rungs, Standing(first.level.id if first.level else None, first.is_manual), amount, may_fall=True
    )
    assert (again.level, again.move) == (first.level, None)

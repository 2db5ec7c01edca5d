"""Expiry dates: the worked tables of docs/expiry.md, and what must hold in every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.programme import ExpiryMode, ProgrammeSettings
from tests.worked_tables import Row, moment, read_table
from wallet import expiry

PAGE = "expiry.md"
ZONES = ("UTC", "Europe/Warsaw", "America/Havana", "Africa/Cairo", "Pacific/Kiritimati", "Pacific/Pago_Pago")
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def programme_of(row: Row) -> ProgrammeSettings:
    mode, *days = row["setting"].split()
    return ProgrammeSettings(
        timezone=row["zone"],
        all_time_not_locked=row["locked"] == "0",
        points_days_locked=int(row["locked"]),
        points_days_expiry_after=ExpiryMode(mode),
        points_days_active_count=int(days[0]) if days else 30,
    )


def granted(row: Row) -> datetime:
    at = moment(row["granted"])
    assert at is not None
    return at


def as_cell(row: Row) -> str:
    return f"{row['zone']}, {row['setting']}, {row['granted']}"


@pytest.mark.parametrize("row", read_table(PAGE, "Last day and expiry"), ids=as_cell)
def test_points_expire_when_the_table_says(row: Row) -> None:
    programme = programme_of(row)
    expires = expiry.expires_at(programme, usable_from=granted(row))
    assert expires == moment(row["expires_at"])
    shown = expiry.shown_expiry(expires, programme.zone)
    assert (f"{shown:%Y-%m-%d %H:%M:%S}" if shown else "never") == row["shown"]


@pytest.mark.parametrize("row", read_table(PAGE, "Waiting first"), ids=as_cell)
def test_pending_points_count_from_the_day_they_become_usable(row: Row) -> None:
    programme = programme_of(row)
    usable_from = expiry.locked_until(programme, at=granted(row))
    assert usable_from == moment(row["usable_from"])
    assert usable_from is not None
    assert expiry.expires_at(programme, usable_from=usable_from) == moment(row["expires_at"])


@pytest.mark.parametrize("row", read_table(PAGE, "Strange midnights"), ids=as_cell)
def test_a_day_ends_where_its_zone_ends_it(row: Row) -> None:
    assert expiry.expires_at(programme_of(row), usable_from=granted(row)) == moment(row["expires_at"])


def test_points_without_a_lock_are_usable_at_once() -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert (
        expiry.locked_until(ProgrammeSettings(all_time_not_locked=True, points_days_locked=9), at=at) is None
    )
    assert (
        expiry.locked_until(ProgrammeSettings(all_time_not_locked=False, points_days_locked=0), at=at) is None
    )


@given(at=MOMENTS, zone=st.sampled_from(ZONES), days=st.integers(0, 800))
def test_points_live_every_second_of_their_last_day_and_none_of_the_next(
    at: datetime, zone: str, days: int
) -> None:
    programme = ProgrammeSettings(timezone=zone, points_days_active_count=days)
    expires = expiry.expires_at(programme, usable_from=at)
    assert expires is not None
    last_day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    assert expires > at
    assert (expires - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == last_day
    assert expires.astimezone(ZoneInfo(zone)).date() == last_day + timedelta(days=1)


@given(
    at=MOMENTS, zone=st.sampled_from(ZONES), mode=st.sampled_from([ExpiryMode.MONTH_END, ExpiryMode.YEAR_END])
)
def test_month_and_year_end_never_cut_the_day_of_granting_short(
    at: datetime, zone: str, mode: ExpiryMode
) -> None:
    expires = expiry.expires_at(
        ProgrammeSettings(timezone=zone, points_days_expiry_after=mode), usable_from=at
    )
    assert expires is not None
    assert expires > at
    first = expires.astimezone(ZoneInfo(zone))
    assert first.day == 1
    assert mode is ExpiryMode.MONTH_END or first.month == 1

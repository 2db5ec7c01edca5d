"""Purchase history in a file: read in order, refused when it is something else."""

import gzip
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orders import history
from orders.demo.story import SAMPLE
from orders.documents import Label
from orders.history import UnreadableHistory

HEAD = "basket_id,household_id,store_id,purchased_at,sku,name,category,brand,manufacturer_id,quantity,gross_value\n"
BASKET = (
    "31,1873,361,2017-01-01T13:47:20,834484,ONIONS OTHER,PRODUCE,National,2.0,1,0.66\n"
    "31,1873,361,2017-01-01T13:47:20,852437,Salsa,,,69.0,0,1.5\n"
)
NEXT = "32,7,362,2017-06-02T08:00:00,1,Bread,GROCERY,Private,1.0,2,2.00\n"


@pytest.fixture
def write(tmp_path):
    def put(text, name="history.csv"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return put


@pytest.mark.parametrize("name", ["history.csv", "history.csv.gz"])
def test_a_basket_becomes_a_sale(write, name):
    first, second = history.read_documents(write(HEAD + BASKET + NEXT, name), zone=ZoneInfo("Europe/Berlin"))

    assert (first.document_number, first.buyer.card_number, first.point_of_sale_identifier) == (
        "31",
        "1873",
        "361",
    )
    assert first.purchased_at.isoformat() == "2017-01-01T13:47:20+01:00"
    onions, salsa = first.lines
    assert (onions.name, onions.category, onions.maker) == ("Onions other", "Produce", "2")
    assert onions.labels == (Label("brand", "National"), Label("department", "Produce"))
    assert (salsa.name, salsa.quantity, salsa.gross_value) == ("Salsa", Decimal(0), Decimal("1.50"))
    assert not salsa.labels
    assert second.purchased_at.isoformat() == "2017-06-02T08:00:00+02:00"


def test_history_moves_by_whole_days_of_local_time(write):
    path = write(HEAD + BASKET)

    (moved,) = history.read_documents(path, zone=ZoneInfo("Europe/Berlin"), moved_by=timedelta(days=181))

    assert moved.purchased_at.isoformat() == "2017-07-01T13:47:20+02:00"


def test_a_survey_tells_the_extent(write):
    found = history.survey(write(HEAD + BASKET + NEXT))

    assert (found.baskets, found.lines) == (2, 3)
    assert (found.first_day, found.last_day) == (date(2017, 1, 1), date(2017, 6, 2))
    assert (dict(found.households), dict(found.stores)) == ({"1873": 1, "7": 1}, {"361": 1, "362": 1})


UNREADABLE = {
    "nothing": "",
    "no baskets": HEAD,
    "other columns": "a,b\n1,2\n",
    "out of order": HEAD + NEXT + BASKET,
    "no time": HEAD + BASKET.replace("2017-01-01T13:47:20", "new year"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_is_no_history_is_refused(write, case):
    with pytest.raises(UnreadableHistory):
        history.survey(write(UNREADABLE[case]))


@pytest.mark.parametrize("bad", [("0.66", "0.666"), (",1,0.66", ",one,0.66")])
def test_a_value_that_is_no_number_is_refused(write, bad):
    with pytest.raises(UnreadableHistory):
        list(history.read_documents(write(HEAD + BASKET.replace(*bad)), zone=ZoneInfo("UTC")))


def test_a_file_that_is_no_gzip_or_not_there_is_refused(tmp_path):
    (tmp_path / "x.csv.gz").write_text("plain")
    for name in ("x.csv.gz", "nowhere.csv"):
        with pytest.raises(UnreadableHistory):
            history.survey(tmp_path / name)


def test_the_sample_is_a_year_of_forty_households():
    found = history.survey(SAMPLE)

    assert (found.baskets, len(found.households)) == (2451, 40)
    assert found.last_day - found.first_day == timedelta(days=365)
    assert SAMPLE.stat().st_size < 500_000
    assert (SAMPLE.parent / "LICENCE.md").exists()

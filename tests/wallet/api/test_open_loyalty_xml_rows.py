"""Points from XML files: rows land or fail alone, the answer names each, hostile files move nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.callers import as_partner
from tests.factories import make_customer
from tests.wallet.ledgers import sums

pytestmark = pytest.mark.django_db
PATH = "/api/DEFAULT/points/transfer/import"


def row(who, points, kind="adding", comment="", validity="30"):
    duration = f"<validityDuration>{validity}</validityDuration>" if validity else ""
    return (
        f"<pointsTransfer>{who}<points>{points}</points><type>{kind}</type>{duration}"
        f"<comment>{comment}</comment></pointsTransfer>"
    )


def hand_in(store, body):
    file = SimpleUploadedFile("points.xml", body.encode())
    return as_partner(store).client.post(PATH, {"file[file]": file})


def test_rows_land_or_fail_alone_and_each_is_named(store):
    alice = make_customer(store, "alice", card_number="4711", phone="+48234234000")
    body = "".join(
        [
            row(f"<customerId>{alice.pk}</customerId>", 15, comment="welcome"),
            row(f"<customerEmail>{alice.email.upper()}</customerEmail>", "2.50"),
            row("<customerLoyaltyCardNumber>4711</customerLoyaltyCardNumber>", 3, kind="spending"),
            row("<customerPhoneNumber>+48234234000</customerPhoneNumber>", 100, kind="spending"),
            row("<customerEmail>nobody@example.com</customerEmail>", 1),
            row("<customerId>4711</customerId>", 1),
            row(f"<customerId>{alice.pk}</customerId>", "1.234"),
            row(f"<customerId>{alice.pk}</customerId>", 1, kind="giving"),
            row(f"<customerId>{alice.pk}</customerId>", 1, validity=""),
            row("", 1),
        ]
    )
    answer = hand_in(store, f"<pointsTransfers>{body}</pointsTransfers>")
    assert answer.status_code == 200
    report = answer.json()
    assert (report["totalProcessed"], report["totalSuccess"], report["totalFailed"]) == (10, 3, 7)
    assert [item["status"] for item in report["items"]] == ["success"] * 3 + ["error"] * 7
    first = report["items"][0]
    assert first["identifier"] == f"{alice.pk}/(adding 15)"
    assert set(first["processImportResult"]["object"]) == {"pointsTransferId"}
    assert "Not enough points." in report["items"][3]["message"]
    assert sums(alice) == {"available": "14.50", "earned": "17.50", "spent": "3.00"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<pointsTransfers>",
        "<transactions/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><pointsTransfers/>',
        "<pointsTransfers><pointsTransfer><points>5</points></pointsTransfer><broken></pointsTransfers>",
    ],
)
def test_a_broken_or_hostile_file_is_refused_whole(store, body):
    answer = hand_in(store, body)
    assert answer.status_code == 400
    assert answer.json()["form"]["children"]["file"]["errors"]

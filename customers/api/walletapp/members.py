"""Members: all of them, one by address or id, their coupons, and the end of one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from customers import contact, erasure, identification
from customers.models import Customer
from customers.pass_codes import pass_code
from loyalty.access import Grant
from loyalty.api.walletapp import pages, streams, wire
from loyalty.api.walletapp.fields import EmailField, NumberField, UuidField
from loyalty.api.walletapp.forms import BrandForm, FormInvalid, PageForm
from loyalty.api.walletapp.views import WalletAppView
from loyalty.refusals import NotFound

_COLUMNS = (
    *("pk", "email", "first_name", "last_name", "phone", "birth_date", "is_unsubscribed", "subscribed_at"),
    *("street", "address1", "postal", "city", "country", "created_at"),
)


class ListForm(BrandForm):
    """Which page; without either all members at once."""

    page = NumberField()
    per_page = NumberField()


class MemberList(WalletAppView):
    """All members with their data, page by page or at once."""

    grant = Grant(ability="members.get")
    form_class = ListForm

    def get(self, request: Request) -> HttpResponseBase:
        asked = self.read()
        people = identification.present(self.store).order_by("created_at", "pk")
        total = people.count()
        is_paged = "page" in asked or "per_page" in asked
        per_page = asked.get("per_page", pages.PER_PAGE) if is_paged else max(total, 1)
        number, last = asked.get("page", 1), pages.last_page(total, per_page)
        links = pages.links_of(request).with_size(per_page)
        start = (number - 1) * per_page
        rows = people.values(*_COLUMNS)[start : start + per_page].iterator(chunk_size=2000)
        envelope = {
            "message": wire.DONE,
            "data": {
                "total": total,
                "last_page": last,
                "next_page_url": links.to(number + 1) if number < last else None,
                "per_page": per_page,
                "last_page_url": links.to(last),
                "members": [],
            },
        }
        return streams.answer(envelope, map(member_record, rows), count=min(per_page, total))


def member_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give one member in the dialect's words."""
    return {
        "email": wire.known(row["email"]),
        "full_name": wire.known(f"{row['first_name']} {row['last_name']}".strip()),
        "identifier": str(row["pk"]),
        "unsubscribed": int(row["is_unsubscribed"]),
        "last_name": wire.known(row["last_name"]),
        "phone_number": row["phone"],
        "birth_date": wire.day(row["birth_date"]),
        "street": wire.known(row["street"]),
        "house_number": wire.known(row["address1"]),
        "postcode": wire.known(row["postal"]),
        "city": wire.known(row["city"]),
        "country": wire.known(row["country"]),
        "subscribed_at": wire.instant(row["subscribed_at"] or row["created_at"]),
    }


class SearchForm(BrandForm):
    """Whom to look for: one of the two, or both for one who is meant by both."""

    email = EmailField()
    user_identifier = UuidField()


class MemberSearch(WalletAppView):
    """The pass codes of one member."""

    grant = Grant(ability="members.get")
    form_class = SearchForm
    answers = {"GET": {"type": "object", "example": {"success": True, "email": "", "pass_codes": [""]}}}

    def get(self, request: Request) -> Response:
        asked = self.read()
        wanted = {}
        if "email" in asked:
            wanted["email_key"] = contact.fold_email(asked["email"])
        if "user_identifier" in asked:
            wanted["pk"] = asked["user_identifier"]
        if not wanted:
            needed = "The email field is required when user identifier is not present."
            raise FormInvalid({"email": [needed]})
        member = identification.present(self.store).filter(**wanted).first()
        if member is None:
            raise NotFound
        code = pass_code(member.card_number, member.pk)
        return Response({"success": True, "email": wire.known(member.email), "pass_codes": [code]})


class MemberCoupons(WalletAppView):
    """The coupons on a member's pass. The programme gives out none yet, so nobody has one."""

    grant = Grant(ability="members.get")
    form_class = PageForm

    def get(self, request: Request, member: UUID) -> Response:
        asked = self.read()
        identification.customer_of(self.store, member)
        nobody_s = Customer.objects.none()
        page = pages.page_of(nobody_s, member_record, **pages.asked(asked), links=pages.links_of(request))
        return Response(page)


class MemberDetail(WalletAppView):
    """The end of a membership, with everything that is known of the member."""

    grant = Grant(ability="members.store")

    def delete(self, request: Request, member: UUID) -> Response:
        customer = identification.customer_of(self.store, member)
        erasure.delete(customer, at=self.at, actor=self.actor)
        return Response({"success": True, "message": "Member deleted"})

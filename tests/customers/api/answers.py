"""What answers of the Open Loyalty routes of customers look like, and how tests read them."""

from customers.models import Customer

BASE = "/api/DEFAULT"
NOWHERE = "00000000-0000-474c-b092-b0dd880c07e9"
NOT_FOUND = {"error": {"code": 404, "message": "Not Found"}}
FORBIDDEN = {"error": {"code": 403, "message": "Forbidden"}}
BLANK = {"errors": ["This value should not be blank."]}
USED = {"errors": ["This value is already used."]}
INVALID = {"errors": ["This value is not valid."]}
ADDRESS = ["street", "address1", "address2", "postal", "city", "province", "country"]
CHILDREN = {
    *("firstName", "lastName", "gender", "email", "phone", "birthDate", "createdAt", "address", "company"),
    *(
        "loyaltyCardNumber",
        "labels",
        "agreement1",
        "agreement2",
        "agreement3",
        "levelId",
        "posId",
        "sellerId",
    ),
}
JOHN = {"firstName": "John", "lastName": "Kowalski", "email": "john4@example.com", "agreement1": "1"}


def children(answer):
    assert answer.status_code == 400, answer.content
    body = answer.json()
    assert set(body) == {"form", "errors"}
    assert body["errors"] == []
    return body["form"]["children"]


def as_row(customer):
    return Customer.objects.filter(pk=customer.pk).values().get()

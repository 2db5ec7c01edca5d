"""What this floor refuses about the details of a customer, wherever they were written down."""

from loyalty.refusals import Refusal


class EmailTaken(Refusal):
    """E-mail addresses are unique in a store, whatever their letter case."""

    code = "customer.email_taken"
    message = "Another customer has this e-mail address."
    field = "email"


class PhoneTaken(Refusal):
    """Phone numbers are unique in a store, however they are written."""

    code = "customer.phone_taken"
    message = "Another customer has this phone number."
    field = "phone"


class CardNumberTaken(Refusal):
    """Card numbers are unique in a store."""

    code = "customer.card_taken"
    message = "Another customer has this card number."
    field = "card_number"


class EmailInvalid(Refusal):
    code = "customer.email_invalid"
    message = "This is not an e-mail address."
    field = "email"


class PhoneInvalid(Refusal):
    """See `contact.normalise_phone` for what can be a phone number."""

    code = "customer.phone_invalid"
    message = "This is not a phone number."
    field = "phone"


class InvalidProfileField(Refusal):
    """Too long for its column, or a word that is not among those allowed."""

    code = "customer.field_invalid"
    message = "This value is not valid."


class CompanyIncomplete(Refusal):
    """A company is replaced as a whole: its name and its tax id together."""

    code = "customer.company_incomplete"
    message = "Give the company's name and tax id together."


class ProfileEditsClosed(Refusal):
    """The programme lets customers change only their agreements."""

    code = "customer.profile_edits_closed"
    message = "Profiles are changed by the staff in this programme."


class PasswordTooWeak(Refusal):
    """A registration's password is too short or one of the commonest; `loyalty.passwords` asks changes for more."""

    code = "customer.password_too_weak"
    message = "{reason}"
    field = "password"


class PhoneMissing(Refusal):
    """A text message needs a number."""

    code = "customer.phone_missing"
    message = "This customer has no phone number."


class UnknownPointOfSale(Refusal):
    code = "customer.point_of_sale_unknown"
    message = "Point of sale does not exist."
    field = "point_of_sale_id"


class UnknownSeller(Refusal):
    code = "customer.seller_unknown"
    message = "Seller does not exist."
    field = "seller_id"


class CustomerDeleted(Refusal):
    """A deleted customer stays deleted."""

    code = "customer.deleted"
    message = "This customer was deleted."


class CustomerAnonymized(Refusal):
    """Who was made anonymous stays blank, and closed."""

    code = "customer.anonymized"
    message = "This customer is anonymous for good."

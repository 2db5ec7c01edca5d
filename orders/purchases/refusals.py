"""What the orders floor will not do."""

from loyalty.refusals import Refusal


class DocumentAlreadyRegistered(Refusal):
    """A sale's document number is unique in its store."""

    code = "purchase.already_registered"
    message = "This document number is already registered."
    field = "document.document_number"


class ReturnsNotAccepted(Refusal):
    """The programme takes no returns."""

    code = "purchase.returns_not_accepted"
    message = "Returns are not accepted."
    field = "document.document_type"


class RevisedDocumentUnknown(Refusal):
    """A return names a sale of the same store; a return cannot be returned."""

    code = "purchase.revised_unknown"
    message = "No sale with this document number."
    field = "revised_document"


class RevisedDocumentOfAnother(Refusal):
    """A return comes from the customer who owns the sale."""

    code = "purchase.revised_of_another"
    message = "The revised document belongs to another customer."
    field = "revised_document"


class PointOfSaleUnknown(Refusal):
    """The store has no such point of sale."""

    code = "purchase.point_of_sale_unknown"
    message = "No such point of sale."
    field = "point_of_sale_id"


class NegativeLine(Refusal):
    """A sale's line cannot be worth less than nothing."""

    code = "purchase.negative_line"
    message = "A line of a sale cannot be negative."
    field = "lines"


class PurchaseNotFound(Refusal):
    """No document with this number that the caller may match or label."""

    code = "purchase.not_found"
    message = "No such transaction"
    field = "document_number"


class CustomerNotFound(Refusal):
    """Nothing that was given names a customer who may be matched."""

    code = "purchase.customer_not_found"
    message = "Such customer does not exist. Please check the data."
    field = "customer_id"


class CustomersDiffer(Refusal):
    """What was given names several customers."""

    code = "purchase.customers_differ"
    message = "There are more than one customer with such params. Please be more specific."
    field = "customer_id"


class AlreadyAssigned(Refusal):
    """A document has one customer, for good."""

    code = "purchase.already_assigned"
    message = "Customer is already assigned to this transaction"
    field = "document_number"

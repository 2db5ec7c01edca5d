"""How lists of transfers are narrowed, by the dialect's names."""

from django_filters import CharFilter, FilterSet, MultipleChoiceFilter, UUIDFilter

from wallet.models import PointsTransfer


class TransferFilter(FilterSet):
    """Parts of names, e-mail and phone; an exact customer; any of several states and kinds."""

    customerFirstName = CharFilter("wallet__customer__first_name", lookup_expr="icontains")
    customerLastName = CharFilter("wallet__customer__last_name", lookup_expr="icontains")
    customerPhone = CharFilter("wallet__customer__phone", lookup_expr="icontains")
    customerEmail = CharFilter("wallet__customer__email", lookup_expr="icontains")
    customerId = UUIDFilter("wallet")
    # No DISTINCT: one transfer matches once.
    state = MultipleChoiceFilter(choices=PointsTransfer.State.choices, distinct=False)
    type = MultipleChoiceFilter(field_name="kind", choices=PointsTransfer.Kind.choices, distinct=False)

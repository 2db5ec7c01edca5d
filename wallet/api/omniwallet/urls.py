"""Routes of customers and their points in the Omniwallet dialect.

The address of one customer comes last: an e-mail address may hold a slash, so it would swallow the others.
"""

from django.urls import path

import loyalty.api.omniwallet.paths  # noqa: F401  # registers <email:…>
from wallet.api.omniwallet import customers, points, transactions

urlpatterns = [
    path("customers", customers.CustomerList.as_view()),
    path("customers/<email:email>/add-points", points.AddPoints.as_view()),
    path("customers/<email:email>/add-points-from-value", points.AddPointsFromValue.as_view()),
    path("customers/<email:email>/subtract-points", points.SubtractPoints.as_view()),
    path(
        "customers/<email:email>/relationships/transactions", transactions.TransactionRelationship.as_view()
    ),
    path("customers/<email:email>/transactions", transactions.TransactionList.as_view()),
    path("customers/<email:email>", customers.CustomerDetail.as_view()),
]

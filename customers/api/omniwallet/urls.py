"""Routes of the customers in the Omniwallet dialect. Customers themselves, with their points, are the wallet's."""

from django.urls import path

import loyalty.api.omniwallet.paths  # noqa: F401  # registers <email:…>
from customers.api.omniwallet import barcodes

urlpatterns = [
    path("customers/<email:email>/barcode", barcodes.Barcode.as_view()),
]

"""Transaction routes of the dialect; literal paths come before those with an id."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from orders.api.open_loyalty import people, points, views

urlpatterns = [
    path("<str:store_code>/points/transfer", points.TransferList.as_view()),
    path("<str:store_code>/customer/points/transfer", points.OwnTransferList.as_view()),
    path("<str:store_code>/seller/points/transfer", points.SellerTransferList.as_view()),
    path("<str:store_code>/admin/transaction/import", views.PurchaseImport.as_view()),
    path("<str:store_code>/admin/transaction/customer/assign/import", views.MatchImport.as_view()),
    path("<str:store_code>/admin/transaction/customer/assign", views.Assignment.as_view()),
    path("<str:store_code>/admin/transaction/labels", views.AdminLabels.as_view()),
    path("<str:store_code>/customer/transaction", people.OwnPurchases.as_view()),
    path("<str:store_code>/customer/transaction/customer/assign", people.OwnAssignment.as_view()),
    path("<str:store_code>/customer/transaction/labels", people.OwnLabels.as_view()),
    path("<str:store_code>/customer/transaction/labels/append", people.OwnLabels.as_view()),
    path("<str:store_code>/customer/transaction/<id:purchase>", people.OwnPurchase.as_view()),
    path("<str:store_code>/pos/transaction/customer/assign", people.SellerAssignment.as_view()),
    path("<str:store_code>/seller/transaction", people.SellerPurchases.as_view()),
    path(
        "<str:store_code>/seller/transaction/customer/<id:customer>",
        people.SellerPurchasesOfCustomer.as_view(),
    ),
    path(
        "<str:store_code>/seller/transaction/<path:document_number>", people.SellerPurchasesByNumber.as_view()
    ),
    path("<str:store_code>/transaction", views.Purchases.as_view()),
    path("<str:store_code>/transaction/simulate", views.Simulation.as_view()),
    path("<str:store_code>/transaction/item/labels", views.ItemLabels.as_view()),
    path("<str:store_code>/transaction/<id:purchase>/label", views.PurchaseLabels.as_view()),
    path("<str:store_code>/transaction/<id:purchase>", views.PurchaseDetail.as_view()),
]

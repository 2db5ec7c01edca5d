"""Routes of the wallet in the Open Loyalty dialect. Lists of transfers are routed by the orders floor."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from wallet.api.open_loyalty import history, statements, status, transfers

urlpatterns = [
    path("<str:store_code>/points/transfers", transfers.Histogram.as_view()),
    path("<str:store_code>/points/transfer/import", transfers.TransferImport.as_view()),
    path("<str:store_code>/points/transfer/add", transfers.AddPoints.as_view()),
    path("<str:store_code>/points/transfer/spend", transfers.SpendPoints.as_view()),
    path("<str:store_code>/points/transfer/block", transfers.BlockPoints.as_view()),
    path("<str:store_code>/points/transfer/<id:transfer>/cancel", transfers.CancelTransfer.as_view()),
    path("<str:store_code>/points/transfer/<id:transfer>/activate", transfers.ActivateTransfer.as_view()),
    path("<str:store_code>/points/transfer/<id:transfer>/expire", transfers.ExpireTransfer.as_view()),
    path("<str:store_code>/admin/p2p-points-transfer", transfers.GiftBetweenCustomers.as_view()),
    path("<str:store_code>/customer/points/p2p-transfer", transfers.GiftFromCustomer.as_view()),
    path("<str:store_code>/pos/points/transfer/add", transfers.SellerAddPoints.as_view()),
    path("<str:store_code>/pos/points/transfer/spend", transfers.SellerSpendPoints.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/history", history.CustomerHistory.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/points/statement", statements.Statement.as_view()),
    path("<str:store_code>/customer/points/statement", statements.OwnStatement.as_view()),
    path("<str:store_code>/admin/analytics/liability", statements.Liability.as_view()),
    path("<str:store_code>/admin/analytics/points", statements.SpentPoints.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/status", status.StatusForAdmin.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/status", status.StatusForSeller.as_view()),
    path("<str:store_code>/customer/customer/<id:customer>/status", status.StatusForCustomer.as_view()),
]

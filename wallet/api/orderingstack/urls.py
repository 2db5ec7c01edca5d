"""Routes of wallets in the OrderingStack Wallet2 dialect."""

from django.urls import path

from wallet.api.orderingstack import movements, reports, vouchers, wallets

urlpatterns = [
    path("wallet/<str:wallet>", wallets.WalletDetail.as_view()),
    path("wallet/<str:wallet>/batch", movements.Batches.as_view()),
    path("wallet/<str:wallet>/batch/sync", movements.BatchesAtOnce.as_view()),
    path("wallet/<str:wallet>/operation", movements.Operations.as_view()),
    path("wallet/<str:wallet>/operation/revert", movements.OperationRevert.as_view()),
    path("wallet/<str:wallet>/operation/<str:operation>", movements.OperationDetail.as_view()),
    path("wallet/<str:wallet>/voucher", vouchers.WalletVouchers.as_view()),
    path("voucher", vouchers.Vouchers.as_view()),
    path("me/wallet", wallets.MyWallet.as_view()),
    path("me/wallet/extra", wallets.MyWalletExtra.as_view()),
    path("me/wallet/extended", wallets.MyWalletExtended.as_view()),
    path("me/voucher", vouchers.MyVouchers.as_view()),
    path("report/expiring-points", reports.ExpiringPoints.as_view()),
    path("report/expired-paid-batches", reports.ExpiredPaidBatches.as_view()),
    path("stats", reports.Stats.as_view()),
]

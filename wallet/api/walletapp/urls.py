"""Routes of passes in the WalletApp dialect."""

from django.urls import path

from wallet.api.walletapp import passes

urlpatterns = [
    path("import/export", passes.PointsExport.as_view()),
    path("members/<str:member>/storecards", passes.MemberStorecards.as_view()),
]

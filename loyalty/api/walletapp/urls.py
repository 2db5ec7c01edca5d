"""Routes of the ground floor in the WalletApp dialect."""

from django.urls import path

from loyalty.api.walletapp import oauth

urlpatterns = [path("oauth/token", oauth.Token.as_view())]

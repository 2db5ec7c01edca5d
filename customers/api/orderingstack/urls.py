"""The route of access tokens in the OrderingStack dialect."""

from django.urls import path

from customers.api.orderingstack import oauth

urlpatterns = [path("token", oauth.Tokens.as_view())]

"""Routes of members in the WalletApp dialect; fixed words before ids."""

from django.urls import path

from customers.api.walletapp import members, signups, subscriptions

urlpatterns = [
    path("members", members.MemberSearch.as_view()),
    path("members/list", members.MemberList.as_view()),
    path("members/unsubscribe", subscriptions.Unsubscribe.as_view()),
    path("members/signups", signups.SignUps.as_view()),
    path("members/location", signups.FavouriteLocation.as_view()),
    path("members/<str:member>", members.MemberDetail.as_view()),
    path("members/<str:member>/coupons", members.MemberCoupons.as_view()),
]

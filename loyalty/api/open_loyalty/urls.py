"""Routes of the ground floor in the Open Loyalty dialect: first those without a store, then those within one."""

from django.urls import URLPattern, URLResolver, path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from loyalty.api.open_loyalty import events, log_in, passwords, shops, stores, system

global_urlpatterns: list[URLPattern | URLResolver] = [
    path("", system.Version.as_view()),
    path("healthcheck", system.HealthCheck.as_view()),
    path("admin/login_check", log_in.AdminLogIn.as_view()),
    path("token/refresh", log_in.TokenRefresh.as_view()),
    path("token/revoke", log_in.TokenRevoke.as_view()),
    path("password/reset/request", passwords.StaffPasswordResetRequest.as_view()),
    path("store", stores.StoreList.as_view()),
    path("store/<id:store>", stores.StoreDetail.as_view()),
    path("event", events.EventList.as_view()),
    path("event/<str:event>", events.EventDetail.as_view()),
]

store_urlpatterns: list[URLPattern | URLResolver] = [
    path("<str:store_code>/seller/login_check", log_in.SellerLogIn.as_view()),
    path("<str:store_code>/admin/password/change", passwords.StaffPasswordChange.as_view()),
    path("<str:store_code>/seller/password/change", passwords.SellerPasswordChange.as_view()),
    path("<str:store_code>/pos", shops.PosList.as_view()),
    path("<str:store_code>/pos/identifier/<str:identifier>", shops.PosByIdentifier.as_view()),
    path("<str:store_code>/pos/<id:pos>", shops.PosDetail.as_view()),
    path("<str:store_code>/seller", shops.SellerList.as_view()),
    path("<str:store_code>/seller/register", shops.SellerRegistration.as_view()),
    path("<str:store_code>/seller/<id:seller>", shops.SellerDetail.as_view()),
    path("<str:store_code>/seller/<id:seller>/activate", shops.SellerActivity.as_view(active=True)),
    path("<str:store_code>/seller/<id:seller>/deactivate", shops.SellerActivity.as_view(active=False)),
    path("<str:store_code>/seller/<id:seller>/delete", shops.SellerDeletion.as_view()),
]

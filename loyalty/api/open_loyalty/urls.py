"""Routes of the ground floor in the Open Loyalty dialect: first those without a store, then those within one."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from loyalty.api.open_loyalty import log_in, system

global_urlpatterns = [
    path("", system.Version.as_view()),
    path("healthcheck", system.HealthCheck.as_view()),
    path("admin/login_check", log_in.AdminLogIn.as_view()),
    path("token/refresh", log_in.TokenRefresh.as_view()),
    path("token/revoke", log_in.TokenRevoke.as_view()),
]

store_urlpatterns = [
    path("<str:store_code>/seller/login_check", log_in.SellerLogIn.as_view()),
]

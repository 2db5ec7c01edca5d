"""Every address of the house. Apps are named as text: this floor imports none of those above it."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from loyalty import health, metrics
from loyalty.api.open_loyalty.urls import global_urlpatterns, store_urlpatterns
from loyalty.api.open_loyalty.views import NotFoundView

_open_loyalty: list[URLPattern | URLResolver] = [
    *global_urlpatterns,
    *store_urlpatterns,
    # From the top down: `customer/<id>` of the customers floor would swallow `customer/transaction`.
    path("", include("orders.api.open_loyalty.urls")),
    path("", include("campaigns.api.open_loyalty.urls")),
    path("", include("wallet.api.open_loyalty.urls")),
    path("", include("customers.api.open_loyalty.urls")),
    re_path("", NotFoundView.as_view()),
]

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    path(
        "api/docs/",
        SpectacularSwaggerSplitView.as_view(url_name="schema", template_name="api/docs.html"),
        name="docs",
    ),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/", include(_open_loyalty)),
    path("portal", RedirectView.as_view(pattern_name="portal:home")),
    path("portal/", include("customers.portal.urls")),
    path("cockpit/", admin.site.urls),
]

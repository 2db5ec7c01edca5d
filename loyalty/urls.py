"""Every address of the house. Apps are named as text: this floor imports none of those above it."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from loyalty import health, metrics
from loyalty.api.omniwallet.urls import urlpatterns as omniwallet_urlpatterns
from loyalty.api.omniwallet.views import NotFoundView as OmniwalletNotFoundView
from loyalty.api.open_loyalty.urls import global_urlpatterns, store_urlpatterns
from loyalty.api.open_loyalty.views import NotFoundView
from loyalty.api.orderingstack.views import NotFoundView as Wallet2NotFoundView
from loyalty.api.walletapp.urls import urlpatterns as walletapp_urlpatterns
from loyalty.api.walletapp.views import NotFoundView as WalletAppNotFoundView

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

_omniwallet: list[URLPattern | URLResolver] = [
    *omniwallet_urlpatterns,
    # `customers/<email>` of the wallet floor comes last: it would swallow the customers floor's.
    path("", include("customers.api.omniwallet.urls")),
    path("", include("wallet.api.omniwallet.urls")),
    re_path("", OmniwalletNotFoundView.as_view()),
]

_walletapp: list[URLPattern | URLResolver] = [
    *walletapp_urlpatterns,
    path("", include("wallet.api.walletapp.urls")),
    path("", include("customers.api.walletapp.urls")),
    re_path("", WalletAppNotFoundView.as_view()),
]

_wallet2: list[URLPattern | URLResolver] = [
    path("", include("wallet.api.orderingstack.urls")),
    re_path("", Wallet2NotFoundView.as_view()),
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
    path("omniwallet/api/v1/", include(_omniwallet)),
    path("walletapp/", include(_walletapp)),
    path("wallet2-api/api/", include(_wallet2)),
    path("auth-oauth2/oauth/", include("customers.api.orderingstack.urls")),
    path("portal", RedirectView.as_view(pattern_name="portal:home")),
    # The upper floor first: `<store code>` of the customers floor would swallow its pages.
    path("portal/", include("wallet.portal.urls")),
    path("portal/", include("customers.portal.urls")),
    path("cockpit/", admin.site.urls),
]

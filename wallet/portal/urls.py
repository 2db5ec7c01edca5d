"""Where the portal's pages about points answer, for the default store and for any (`customers.portal.urls`)."""

from django.urls import URLPattern, path

from wallet.portal import gifts, statements, vouchers

app_name = "points"


def _portal(prefix: str) -> list[URLPattern]:
    return [
        path(f"{prefix}give-points", gifts.give, name="give"),
        path(f"{prefix}voucher", vouchers.use, name="voucher"),
        path(f"{prefix}statement", statements.statement, name="statement"),
        path(f"{prefix}statement.<str:kind>", statements.statement_file, name="statement_file"),
    ]


urlpatterns = [*_portal("<str:store_code>/"), *_portal("")]

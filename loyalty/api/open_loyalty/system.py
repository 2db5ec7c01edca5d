"""The programme's own routes: version and health."""

from rest_framework.request import Request
from rest_framework.response import Response

from loyalty import health
from loyalty.access import Grant
from loyalty.api.open_loyalty.views import OpenLoyaltyView

# The version of Open Loyalty whose API this dialect speaks.
VERSION = "4.2.0"


class Version(OpenLoyaltyView):
    grant = Grant(public=True)

    def get(self, request: Request) -> Response:
        return Response({"name": "OpenLoyalty", "version": VERSION})


class HealthCheck(OpenLoyaltyView):
    grant = Grant(public=True)

    def get(self, request: Request) -> Response:
        checks = health.run_checks()
        if all(check.is_well for check in checks):
            return Response(status=204)
        return Response(
            [{"name": check.name, "status": "OK" if check.is_well else "Problem"} for check in checks],
            status=503,
        )

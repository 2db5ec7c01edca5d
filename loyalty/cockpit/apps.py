"""Django's entry for the cockpit: it takes the place of `django.contrib.admin` in INSTALLED_APPS."""

from django.contrib.admin.apps import AdminConfig


class CockpitConfig(AdminConfig):
    default_site = "loyalty.cockpit.site.CockpitSite"

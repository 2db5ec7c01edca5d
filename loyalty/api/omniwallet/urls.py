"""Routes of the ground floor in the Omniwallet dialect."""

from django.urls import URLPattern, URLResolver, path

from loyalty.api.omniwallet import settings

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings", settings.SettingList.as_view()),
    path("settings/<str:setting>", settings.SettingDetail.as_view()),
]

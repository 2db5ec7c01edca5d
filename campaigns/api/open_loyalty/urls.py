"""Routes of the campaigns floor in the Open Loyalty dialect."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from campaigns.api.open_loyalty import views

urlpatterns = [
    path("<str:store_code>/earningRule", views.RuleList.as_view()),
    path("<str:store_code>/earningRule/<id:rule>", views.RuleDetail.as_view()),
    path("<str:store_code>/earningRule/<id:rule>/activate", views.RuleActivation.as_view()),
    # The document's example calls the same route by this name.
    path("<str:store_code>/earningRule/<id:rule>/active", views.RuleActivation.as_view()),
    path("<str:store_code>/earningRule/<id:rule>/photo", views.RulePhoto.as_view()),
    path("<str:store_code>/seller/earningRule", views.SellerRuleList.as_view()),
    path("<str:store_code>/seller/earningRule/<id:rule>", views.SellerRuleDetail.as_view()),
    path("<str:store_code>/customer/earningRule", views.CustomerRuleList.as_view()),
]

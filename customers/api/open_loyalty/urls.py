"""Routes of customers and levels in the Open Loyalty dialect."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from customers.api.open_loyalty import details, levels, lists, registration, standing

urlpatterns = [
    path("<str:store_code>/customer/login_check", registration.CustomerLogIn.as_view()),
    path("<str:store_code>/customer/self_register", registration.SelfRegistration.as_view()),
    path("<str:store_code>/customer/register", registration.CustomerRegistration.as_view()),
    path("<str:store_code>/admin/customer/register", registration.CustomerRegistration.as_view()),
    path("<str:store_code>/seller/customer/register", registration.SellerRegistration.as_view()),
    path("<str:store_code>/customer/check", lists.CustomerCheck.as_view()),
    path("<str:store_code>/customer/registrations", lists.Registrations.as_view()),
    path("<str:store_code>/customer/level", levels.OfferedLevels.as_view()),
    path("<str:store_code>/customer", lists.CustomerList.as_view()),
    path("<str:store_code>/admin/customer", lists.CustomerList.as_view()),
    path("<str:store_code>/pos/search/customer", lists.TillSearch.as_view()),
    path("<str:store_code>/customer/<id:customer>", details.CustomerDetail.as_view()),
    path("<str:store_code>/customer/<id:customer>/level", standing.CustomerLevel.as_view()),
    path(
        "<str:store_code>/customer/<id:customer>/remove-manually-level",
        standing.ManualLevelRemoval.as_view(),
    ),
    path("<str:store_code>/customer/<id:customer>/pos", standing.CustomerPointOfSale.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/activate", standing.CustomerActivation.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/deactivate", standing.CustomerDeactivation.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/activate", standing.SellerActivation.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/deactivate", standing.SellerDeactivation.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/pos", standing.SellerCustomerPointOfSale.as_view()),
    path("<str:store_code>/level", levels.LevelList.as_view()),
    path("<str:store_code>/level/create", levels.LevelCreation.as_view()),
    path("<str:store_code>/level/<id:level>", levels.LevelDetail.as_view()),
    path("<str:store_code>/level/<id:level>/activate", levels.LevelActivation.as_view()),
    path("<str:store_code>/level/<id:level>/photo", levels.LevelPhoto.as_view()),
    path("<str:store_code>/level/<id:level>/customers", levels.LevelCustomers.as_view()),
    path("<str:store_code>/seller/level", levels.SellerLevels.as_view()),
    path("<str:store_code>/seller/level/<id:level>", levels.SellerLevel.as_view()),
]

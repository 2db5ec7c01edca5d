"""Routes of customers and levels in the Open Loyalty dialect."""

from django.urls import path

import loyalty.api.open_loyalty.paths  # noqa: F401  # registers <id:…>
from customers.api.open_loyalty import customers, levels

urlpatterns = [
    path("<str:store_code>/customer/login_check", customers.CustomerLogIn.as_view()),
    path("<str:store_code>/customer/self_register", customers.SelfRegistration.as_view()),
    path("<str:store_code>/customer/register", customers.CustomerRegistration.as_view()),
    path("<str:store_code>/admin/customer/register", customers.CustomerRegistration.as_view()),
    path("<str:store_code>/seller/customer/register", customers.SellerRegistration.as_view()),
    path("<str:store_code>/customer/check", customers.CustomerCheck.as_view()),
    path("<str:store_code>/customer/registrations", customers.Registrations.as_view()),
    path("<str:store_code>/customer/level", levels.OfferedLevels.as_view()),
    path("<str:store_code>/customer", customers.CustomerList.as_view()),
    path("<str:store_code>/admin/customer", customers.CustomerList.as_view()),
    path("<str:store_code>/pos/search/customer", customers.TillSearch.as_view()),
    path("<str:store_code>/customer/<id:customer>", customers.CustomerDetail.as_view()),
    path("<str:store_code>/customer/<id:customer>/level", customers.CustomerLevel.as_view()),
    path(
        "<str:store_code>/customer/<id:customer>/remove-manually-level",
        customers.ManualLevelRemoval.as_view(),
    ),
    path("<str:store_code>/customer/<id:customer>/pos", customers.CustomerPointOfSale.as_view()),
    path("<str:store_code>/admin/customer/<id:customer>/activate", customers.CustomerActivation.as_view()),
    path(
        "<str:store_code>/admin/customer/<id:customer>/deactivate", customers.CustomerDeactivation.as_view()
    ),
    path("<str:store_code>/seller/customer/<id:customer>/activate", customers.SellerActivation.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/deactivate", customers.SellerDeactivation.as_view()),
    path("<str:store_code>/seller/customer/<id:customer>/pos", customers.SellerCustomerPointOfSale.as_view()),
    path("<str:store_code>/level", levels.LevelList.as_view()),
    path("<str:store_code>/level/create", levels.LevelCreation.as_view()),
    path("<str:store_code>/level/<id:level>", levels.LevelDetail.as_view()),
    path("<str:store_code>/level/<id:level>/activate", levels.LevelActivation.as_view()),
    path("<str:store_code>/level/<id:level>/customers", levels.LevelCustomers.as_view()),
    path("<str:store_code>/seller/level", levels.SellerLevels.as_view()),
    path("<str:store_code>/seller/level/<id:level>", levels.SellerLevel.as_view()),
]

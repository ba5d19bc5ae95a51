"""Addresses of needs and proposals."""

from django.urls import path

import network.addresses  # noqa: F401 - registers <record:…>
from matching import views

app_name = "matching"

urlpatterns = [
    path("needs/", views.needs, name="needs"),
    path("needs/desk/", views.desk, name="desk"),
    path("needs/new/", views.new_need, name="new_need"),
    path("needs/<record:pk>/", views.need, name="need"),
    path("needs/<record:pk>/edit/", views.edit_need, name="edit_need"),
    path("needs/<record:pk>/propose/", views.propose, name="propose"),
    path("needs/<record:pk>/proposals/<record:proposal>/", views.proposal, name="proposal"),
]

"""Addresses of needs and proposals."""

from django.urls import path

from matching import views

app_name = "matching"

urlpatterns = [
    path("needs/", views.needs, name="needs"),
    path("needs/desk/", views.desk, name="desk"),
    path("needs/new/", views.new_need, name="new_need"),
    path("needs/<int:pk>/", views.need, name="need"),
    path("needs/<int:pk>/edit/", views.edit_need, name="edit_need"),
    path("needs/<int:pk>/propose/", views.propose, name="propose"),
    path("needs/<int:pk>/proposals/<int:proposal>/", views.proposal, name="proposal"),
]

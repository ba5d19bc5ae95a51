"""Addresses of the casebook; the list of cases is the search page."""

from django.urls import path

from casebook import views

app_name = "casebook"

urlpatterns = [
    path("cases/recent/", views.recent, name="recent"),
    path("cases/<int:pk>/", views.case, name="case"),
    path("cases/<int:pk>/sections/<int:section>/share/", views.share, name="share"),
]

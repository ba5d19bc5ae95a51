"""Addresses of the casebook; the list of cases is the search page."""

from django.urls import path

import network.addresses  # noqa: F401 - registers <record:…>
from casebook import views

app_name = "casebook"

urlpatterns = [
    path("cases/recent/", views.recent, name="recent"),
    path("cases/<record:pk>/", views.case, name="case"),
    path("organizations/<record:pk>/ratings/<str:code>/cases/", views.borne_out, name="borne_out"),
    path("cases/<record:pk>/sections/<record:section>/share/", views.share, name="share"),
]

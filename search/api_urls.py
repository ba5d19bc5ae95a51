"""Addresses of the search API."""

from django.urls import re_path

from search.api import Search

urlpatterns = [re_path(r"^search/?$", Search.as_view(), name="api-search")]

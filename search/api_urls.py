"""Addresses of the search API."""

from django.urls import re_path

from network.api.lists import Router
from search.api import Search
from search.api_keeping import BELOW_CASE, SavedSearchViewSet, SimilarViewSet

router = Router()
router.register("saved-searches", SavedSearchViewSet, basename="api-saved-search")
router.register(f"{BELOW_CASE}/similar", SimilarViewSet, basename="api-similar")

urlpatterns = [re_path(r"^search/?$", Search.as_view(), name="api-search"), *router.urls]

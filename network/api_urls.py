"""Addresses of the registry's API."""

from django.urls import include, path, re_path

from network.api.lists import Router
from network.api.organizations import OrganizationViewSet
from network.api.taxonomy import Taxonomy

router = Router()
router.register("organizations", OrganizationViewSet, basename="api-organization")

urlpatterns = [
    re_path(r"^taxonomy/?$", Taxonomy.as_view(), name="api-taxonomy"),
    path("", include(router.urls)),
]

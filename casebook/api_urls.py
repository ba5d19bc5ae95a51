"""Addresses of the casebook's API."""

from casebook.api import CaseViewSet
from network.api.lists import Router

router = Router()
router.register("cases", CaseViewSet, basename="api-case")

urlpatterns = router.urls

"""Addresses of the API of needs and proposals."""

from matching.api import NeedViewSet, ProposalViewSet, RunViewSet
from network.api.lists import NUMBER, Router

router = Router()
router.register("needs", NeedViewSet, basename="api-need")
router.register(f"needs/(?P<need>{NUMBER})/proposals", ProposalViewSet, basename="api-proposal")
router.register(f"needs/(?P<need>{NUMBER})/runs", RunViewSet, basename="api-run")

urlpatterns = router.urls

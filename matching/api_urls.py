"""Addresses of the API of needs, proposals, teams and rooms."""

from matching.api import NeedViewSet, ProposalViewSet, RunViewSet
from matching.api_invitations import InvitationViewSet
from matching.api_rooms import RoomViewSet
from matching.api_teams import TeamViewSet
from matching.api_work import EngagementViewSet
from network.api.lists import NUMBER, Router

router = Router()
router.register("needs", NeedViewSet, basename="api-need")
router.register(f"needs/(?P<need>{NUMBER})/proposals", ProposalViewSet, basename="api-proposal")
router.register(f"needs/(?P<need>{NUMBER})/runs", RunViewSet, basename="api-run")
router.register("teams", TeamViewSet, basename="api-team")
router.register("invitations", InvitationViewSet, basename="api-invitation")
router.register("engagements", EngagementViewSet, basename="api-engagement")
router.register("rooms", RoomViewSet, basename="api-room")

urlpatterns = router.urls

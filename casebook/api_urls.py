"""Addresses of the casebook's API."""

from django.urls import re_path

from casebook.api import CaseViewSet
from casebook.api_asking import BELOW_CASE as ACCESS_REQUESTS
from casebook.api_asking import AccessRequestViewSet, AskingViewSet
from casebook.api_attachments import ADDRESS, AttachmentViewSet
from casebook.api_life import BELOW_CASE, InsightViewSet, QuestionViewSet, RelatedViewSet
from casebook.api_statistics import CaseStatistics
from network.api.lists import Router

router = Router()
router.register("cases", CaseViewSet, basename="api-case")
router.register(ADDRESS, AttachmentViewSet, basename="api-attachment")
router.register("insights", InsightViewSet, basename="api-insight")
router.register(f"{BELOW_CASE}/related", RelatedViewSet, basename="api-related")
router.register(f"{BELOW_CASE}/questions", QuestionViewSet, basename="api-question")
router.register("access-requests", AccessRequestViewSet, basename="api-access-request")
router.register(ACCESS_REQUESTS, AskingViewSet, basename="api-asking")

urlpatterns = [re_path(r"^case-statistics/?$", CaseStatistics.as_view(), name="api-case-statistics"), *router.urls]

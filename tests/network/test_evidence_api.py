"""How far the API says a rating is believed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from network.models import Capability, Evidence, Rating
from tests.cast import make_rating

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(world):
    client = APIClient()
    client.force_authenticate(world.people["partner"])
    Rating.objects.update(confirmed_at=timezone.now())
    return client


def confidences(answer):
    return {rating["capability"]: rating["confidence"] for rating in answer["ratings"]}


def test_an_organization_and_one_rating_tell_the_same(world, partner):
    make_rating(world.organizations["owner"], "inventory", 3)  # borne out by three cases, never confirmed
    said = confidences(partner.get("/api/v1/organizations/owner").json())
    assert said["pmo"] == 0.85
    assert 0.35 < said["inventory"] <= 0.4813
    assert partner.get("/api/v1/organizations/owner/ratings/inventory").json()["confidence"] == said["inventory"]


def test_a_weakness_and_level_zero_have_none(world, partner):
    make_rating(world.organizations["owner"], "inventory", 0)
    colleague = APIClient()
    colleague.force_authenticate(world.people["colleague"])
    said = confidences(colleague.get("/api/v1/organizations/owner").json())
    assert (said["inventory"], said["system_development"]) == (None, None)


def test_nobody_writes_the_own_confidence(world):
    editor = APIClient()
    editor.force_authenticate(world.people["editor"])
    answer = editor.put("/api/v1/organizations/owner/ratings/rfp", {"level": 3, "confidence": 1.0}, format="json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "confidence"


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_reads_evidence_once(world, partner, count):
    owner, partner_house = world.organizations["owner"], world.organizations["partner"]
    for code in ("rfp", "crm", "iot")[:count]:
        for organization in (owner, partner_house):
            make_rating(organization, code, 3)
            Evidence.objects.create(
                organization=organization,
                capability=Capability.objects.get(code=code),
                kind="case",
                reference="c",
                on=timezone.localdate(),
            )
    with CaptureQueriesContext(connection) as asked:
        assert partner.get("/api/v1/organizations").status_code == 200
    assert sum('FROM "network_evidence"' in query["sql"] for query in asked) == 1

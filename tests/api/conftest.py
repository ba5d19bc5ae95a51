"""A small world for the API's tests, and a client for each of its people."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from casebook.models import Case, CasePhase, Grant, Measure, Participant, Section
from matching.models import Need, Requirement
from network.models import (
    Capability,
    Collaboration,
    Lab,
    LabFacilitator,
    Membership,
    Organization,
    OrganizationIndustry,
    Rating,
    ServiceArea,
    User,
)
from network.vocabulary import Role, Stance

READERS = ("anonymous", "stranger", "member", "editor", "partner", "facilitator", "other_facilitator", "steward")
SIGNED_IN = READERS[1:]
NETWORK = SIGNED_IN[1:]


def capability(code: str) -> Capability:
    return Capability.objects.get(code=code)


@dataclass
class World:
    """Hamana has an editor, a member and a secret weakness; Suruga's member is its partner in the network.
    Fujieda is the lab Hamana joined, Sapporo another one."""

    hamana: Organization
    suruga: Organization
    dormant: Organization
    fujieda: Lab
    sapporo: Lab
    people: dict[str, User]
    cases: dict[str, Case] = field(default_factory=dict)
    need: Need | None = None

    def client(self, reader: str, **options: Any) -> APIClient:
        """A client with this person's token; without one for `anonymous`."""
        client = APIClient(**options)
        if reader != "anonymous":
            token, _made = Token.objects.get_or_create(user=self.people[reader])
            client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return client


@pytest.fixture(autouse=True)
def _fresh_throttles(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path  # WhiteNoise warns where nothing has been collected yet
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def world(db) -> World:
    fujieda, sapporo = Lab.objects.get(name="藤枝市"), Lab.objects.get(name="札幌市")
    hamana = Organization.objects.create(
        external_id="org-hamana",
        name="架空 浜名信用金庫",
        kana="カクウハマナシンヨウキンコ",
        kind="shinkin_bank",
        prefecture="22",
        municipality_id="22214",
        about="浜名の紹介",
        remote=True,
        capacity_slots=3,
    )
    suruga = Organization.objects.create(
        external_id="org-suruga", name="架空 駿河システム", kana="スルガ", kind="local_it_vendor", prefecture="13"
    )
    dormant = Organization.objects.create(
        external_id="org-dormant", name="休眠社", kind="local_it_vendor", prefecture="13", is_active=False
    )
    hamana.labs.add(fujieda)
    OrganizationIndustry.objects.create(organization=hamana, industry="E")
    ServiceArea.objects.create(organization=hamana, prefecture="22")
    ServiceArea.objects.create(organization=hamana, prefecture="23", municipality_id="23100")
    for organization, code, level, stance in (
        (hamana, "pmo", 4, Stance.STRENGTH),
        (hamana, "system_development", 2, Stance.WEAKNESS),
        (hamana, "rpa", 2, Stance.NEUTRAL),
        (suruga, "system_development", 4, Stance.STRENGTH),
    ):
        Rating.objects.create(organization=organization, capability=capability(code), level=level, stance=stance)
    Collaboration.objects.create(first=hamana, second=suruga, engagements=3)
    people = {name: User.objects.create_user(f"{name}@example.jp", "long-enough-pass") for name in SIGNED_IN}
    Membership.objects.create(user=people["member"], organization=hamana, role=Role.MEMBER)
    Membership.objects.create(user=people["editor"], organization=hamana, role=Role.EDITOR)
    Membership.objects.create(user=people["partner"], organization=suruga, role=Role.EDITOR)
    LabFacilitator.objects.create(user=people["facilitator"], lab=fujieda)
    LabFacilitator.objects.create(user=people["other_facilitator"], lab=sapporo)
    User.objects.filter(pk=people["steward"].pk).update(is_steward=True)
    people["steward"].refresh_from_db()
    TOTP.activate(people["steward"], generate_totp_secret())  # without a second factor a steward sees the set-up only
    return World(hamana, suruga, dormant, fujieda, sapporo, people)


@pytest.fixture
def casebook(world: World) -> World:
    """One case open to all in part, one for the network, one that is a draft; all Hamana's."""
    audiences = {
        "open": {"summary": ["public"], "result": ["network"], "team": [f"org:{world.suruga.pk}"], "identity": []},
        "network": {"summary": ["network"]},
        "draft": {"summary": []},
    }
    for name, sections in audiences.items():
        case = Case.objects.create(
            external_id=f"case-{name}",
            title=f"事例 {name}",
            owner=world.hamana,
            industry="E",
            prefecture="22",
            year=2024,
            outcome="success" if name == "open" else "",
            source_title="出典の題",
            source_url="https://example.jp/",
        )
        case.capabilities.add(capability("inventory"))
        CasePhase.objects.create(case=case, phase="requirements")
        Measure.objects.create(case=case, name="時間", unit="%", before=80, after=5)
        Participant.objects.create(case=case, organization=world.suruga, role="開発")
        for kind, keys in sections.items():
            section = Section.objects.create(case=case, kind=kind, text=f"{name} {kind} 本文")
            for key in keys:
                Grant.objects.create(section=section, key=key)
        world.cases[name] = case
    return world


@pytest.fixture
def desk(world: World) -> World:
    """A need of the lab Fujieda that Hamana can lead and whose second requirement is Hamana's weakness."""
    world.need = Need.objects.create(
        title="受発注と在庫", lab=world.fujieda, prefecture="22", industry="E", text="困った"
    )
    for position, (code, phase, weight) in enumerate(
        (("pmo", "procurement", 0.2), ("system_development", "development", 0.8))
    ):
        Requirement.objects.create(
            need=world.need, capability=capability(code), phase=phase, level=3, weight=weight, position=position
        )
    return world


NEED: dict[str, Any] = {
    "title": "勤怠を紙から",
    "client": {
        "prefecture": "22",
        "municipality": "22214",
        "industry": "E",
        "employees": 50,
        "stage": 1,
        "demand": "manifest",
    },
    "requirements": [
        {"capability": "pmo", "phase": "procurement", "level": 3, "weight": 0.37, "must": True, "locked": None}
    ],
    "lead": {"kinds": ["shinkin_bank"], "min_suitability": 0.5},
    "max_size": 4,
    "must_include": ["org-hamana"],
    "exclude": ["org-suruga"],
    "suppliers": ["org-suruga"],
    "max_hops": 2,
    "weights": "default",
}


def errors_of(response: Any) -> dict[str, str]:
    """The refusal's messages by field; fails when the body is not of the one shape."""
    assert response["Content-Type"].startswith("application/json")
    body = response.json()
    assert list(body) == ["errors"]
    assert body["errors"]
    for error in body["errors"]:
        assert list(error) == ["field", "message"]
        assert error["message"]
    return {error["field"]: error["message"] for error in body["errors"]}

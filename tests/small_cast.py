"""Two organizations, a lab and a handful of people: the cast for tests that need no cases and no search."""

from dataclasses import dataclass, field

import pytest
from django.test import Client

from network.models import Capability, Lab, LabFacilitator, Membership, Organization, Rating, User
from network.vocabulary import Role
from tests.cast import make_organization, make_person, make_rating


@dataclass
class Small:
    """`owner` joined the lab of the `facilitator`; `partner` joined none."""

    owner: Organization
    partner: Organization
    lab: Lab
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    def client(self, name: str) -> Client:
        client = Client()
        client.force_login(self.people[name])
        return client

    def rating(self, code: str) -> Rating:
        return Rating.objects.get(organization=self.owner, capability=Capability.objects.get(code=code))


@pytest.fixture
def small(db: None) -> Small:
    owner = make_organization("owner", name="架空 浜名信用金庫", about="地域の信用金庫")
    partner = make_organization("partner", name="架空 天竜システム", kind="local_it_vendor")
    lab = Lab.objects.get(name="静岡県")
    owner.labs.add(lab)
    found = Small(owner, partner, lab)
    for name in ("editor", "colleague", "partner", "partner_editor", "facilitator", "far", "steward", "stranger"):
        found.people[name] = make_person(name, is_steward=name == "steward")
    for name, organization, role in (
        ("editor", owner, Role.EDITOR),
        ("colleague", owner, Role.MEMBER),
        ("partner", partner, Role.MEMBER),
        ("partner_editor", partner, Role.EDITOR),
    ):
        Membership.objects.create(user=found[name], organization=organization, role=role)
    LabFacilitator.objects.create(user=found["facilitator"], lab=lab)
    LabFacilitator.objects.create(user=found["far"], lab=Lab.objects.get(name="大阪市"))
    make_rating(owner, "pmo", 3, "strength", "年10件")
    make_rating(owner, "rfp", 0, "weakness", "まだありません")
    return found

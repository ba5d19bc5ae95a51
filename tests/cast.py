"""A small world with a named cast; every text that must not travel holds a word that can be looked for.

The words are Latin letters only, so that neither HTML nor JSON nor a URL changes them, and none is part of another.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from casebook.models import Case, Grant, Measure, Participant, Section
from casebook.signals import case_changed
from matching.actions import Wanted, make_proposal, save_need
from matching.models import Need, Proposal
from network.access import Reader
from network.models import (
    Capability,
    Collaboration,
    Lab,
    LabFacilitator,
    Membership,
    Organization,
    Rating,
    Tie,
    User,
)
from network.vocabulary import Role, Stance

READERS = (
    "anonymous", "stranger", "partner", "outsider", "colleague", "editor",
    "facilitator", "other_facilitator", "steward", "former", "dormant", "inactive",
)  # fmt: skip
AUDIENCES = ("draft", "network", "public", "lab", "org", "user", "expired", "lastday")
UNIFORM_KINDS = ("summary", "result", "lessons", "team", "identity")
MIXED = {
    "summary": "public",
    "background": "draft",
    "action": "expired",
    "result": "lab",
    "lessons": "network",
    "team": "org",
    "identity": "user",
    "attachment": "lastday",
}
"""The audience of each section of the case `mixed`."""


def word(*parts: str) -> str:
    """The word that stands in one place of the world."""
    return f"zq{''.join(part.replace('_', '') for part in parts)}qz"


def words_of_case(case: str, audiences: dict[str, str]) -> dict[str, str]:
    """The words of one case and the audience of each: a figure goes with the section 成果, a role with 支援体制,
    the source with 実名・連絡先, the title with any section."""
    words = {word(case, kind): audience for kind, audience in audiences.items()}
    words[word(case, "measure")] = audiences["result"]
    words[word(case, "role")] = audiences["team"]
    words[word(case, "source")] = audiences["identity"]
    return words | {word(case, "title"): "public" if case == "mixed" else case}


CASES = {name: dict.fromkeys(UNIFORM_KINDS, name) for name in AUDIENCES} | {"mixed": MIXED}
CASE_WORDS = {w: audience for name, kinds in CASES.items() for w, audience in words_of_case(name, kinds).items()}
REGISTRY_WORDS = {
    word("owner", "about"): "registry",
    word("owner", "strength"): "registry",
    word("elsewhere", "name"): "registry",
    word("tie"): "registry",
    word("closed", "name"): "closed",
    word("closed", "about"): "closed",
    word("closed", "tie"): "closed",
    word("owner", "weakness"): "owner_weakness",
    word("elsewhere", "weakness"): "elsewhere_weakness",
}
NEED_WORDS = {
    word("need", "title"): "need",
    word("need", "text"): "need",
    word("othertitle"): "other_need",
    word("othertext"): "other_need",
}
MAIL_WORDS = {word("mail", name): f"mail_{name}" for name in READERS if name != "anonymous"}
WORDS = CASE_WORDS | REGISTRY_WORDS | NEED_WORDS | MAIL_WORDS
"""Every planted word and the audience it is for."""


@dataclass
class World:
    """Everybody and everything, by name."""

    people: dict[str, Reader] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    labs: dict[str, Lab] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    def section(self, case: str, kind: str) -> Section:
        return self.cases[case].sections.get(kind=kind)


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def build_world() -> World:
    """The whole cast; the search index knows every case."""
    world = World()
    world.labs = {"shizuoka": Lab.objects.get(name="静岡県"), "osaka": Lab.objects.get(name="大阪市")}
    _organizations(world)
    _people(world)
    _ratings_and_ties(world)
    for name, audiences in CASES.items():
        world.cases[name] = make_case(world, name, audiences)
    _needs(world)
    return world


def make_organization(external_id: str, **values: object) -> Organization:
    defaults: dict[str, object] = {"name": external_id, "kind": "shinkin_bank", "prefecture": "22"}
    defaults["external_id"] = external_id
    return Organization.objects.create(**(defaults | values))


def make_person(name: str, **values: object) -> User:
    return User.objects.create(email=f"{word('mail', name)}@example.jp", name=name, **values)


def make_rating(
    organization: Organization, code: str, level: int, stance: str = Stance.NEUTRAL, note: str = ""
) -> None:
    capability = Capability.objects.get(code=code)
    Rating.objects.create(organization=organization, capability=capability, level=level, stance=stance, note=note)


def make_case(world: World, name: str, audiences: dict[str, str]) -> Case:
    """A case of the owner, each of its sections open to the named audience."""
    case = Case.objects.create(
        external_id=f"case-{name}",
        title=f"倉庫の在庫管理 {word(name, 'title')}",
        owner=world.organizations["owner"],
        industry="H",
        prefecture="22",
        year=2025,
        source_title=f"現場の記録 {word(name, 'source')}",
        source_url=f"https://example.jp/{word(name, 'source')}",
        published=date(2025, 11, 1),
    )
    case.capabilities.add(Capability.objects.get(code="inventory"))
    for kind, audience in audiences.items():
        section = Section.objects.create(case=case, kind=kind, text=f"入出荷を見直した。{word(name, kind)}")
        grant(section, world, audience)
    Measure.objects.create(case=case, name=f"作業時間 {word(name, 'measure')}", unit="分", before=80, after=5)
    Participant.objects.create(case=case, organization=world.organizations["partner"], role=word(name, "role"))
    case_changed.send(sender=Case, case=case)
    return case


def grant(section: Section, world: World, audience: str) -> None:
    """The grant that makes the audience; a draft has none."""
    today = timezone.localdate()
    found: dict[str, tuple[str, date | None]] = {
        "network": ("network", None),
        "public": ("public", None),
        "lab": (f"lab:{world.labs['shizuoka'].pk}", None),
        "org": (f"org:{world.organizations['partner'].pk}", None),
        "user": (f"user:{world.people['stranger'].pk}", None),
        "expired": ("public", today - timedelta(days=1)),
        "lastday": ("network", today),
    }
    if audience in found:
        key, until = found[audience]
        Grant.objects.create(section=section, key=key, until=until)


def _organizations(world: World) -> None:
    made = {
        "owner": make_organization("owner", name="架空 浜名信用金庫", about=word("owner", "about")),
        "partner": make_organization("partner", name="架空 天竜システム", kind="local_it_vendor"),
        "elsewhere": make_organization(
            "elsewhere", name=f"架空 {word('elsewhere', 'name')}", prefecture="27", remote=True
        ),
        "closed": make_organization(
            "closed", name=f"架空 {word('closed', 'name')}", about=word("closed", "about"), is_active=False
        ),
    }
    made["owner"].labs.add(world.labs["shizuoka"])
    made["partner"].labs.add(world.labs["shizuoka"])
    made["elsewhere"].labs.add(world.labs["osaka"])
    made["closed"].labs.add(world.labs["shizuoka"])
    world.organizations = made


def _people(world: World) -> None:
    organizations = world.organizations
    people = {name: make_person(name, is_steward=name == "steward") for name in READERS if name != "anonymous"}
    for name, organization, role in (
        ("partner", "partner", Role.MEMBER),
        ("outsider", "elsewhere", Role.EDITOR),
        ("colleague", "owner", Role.MEMBER),
        ("editor", "owner", Role.EDITOR),
        ("dormant", "closed", Role.EDITOR),
        ("former", "owner", Role.EDITOR),
        ("inactive", "owner", Role.EDITOR),
    ):
        Membership.objects.create(user=people[name], organization=organizations[organization], role=role)
    Membership.objects.filter(user=people["former"]).delete()
    LabFacilitator.objects.create(user=people["facilitator"], lab=world.labs["shizuoka"])
    LabFacilitator.objects.create(user=people["other_facilitator"], lab=world.labs["osaka"])
    people["inactive"].is_active = False
    people["inactive"].save()
    world.people = {"anonymous": AnonymousUser(), **people}


def _ratings_and_ties(world: World) -> None:
    owner, partner, elsewhere, closed = world.organizations.values()
    make_rating(owner, "pmo", 4, Stance.STRENGTH, word("owner", "strength"))
    make_rating(owner, "system_development", 0, Stance.WEAKNESS, word("owner", "weakness"))
    make_rating(partner, "system_development", 4)
    make_rating(elsewhere, "inventory", 4)
    make_rating(elsewhere, "pmo", 0, Stance.WEAKNESS, word("elsewhere", "weakness"))
    Tie.objects.create(first=owner, second=partner, kind="capital", note=word("tie"))
    Tie.objects.create(first=owner, second=closed, kind="capital", note=word("closed", "tie"))
    Collaboration.objects.create(first=owner, second=partner, engagements=3)
    Collaboration.objects.create(first=owner, second=closed, engagements=2)


def _needs(world: World) -> None:
    """A need of each lab; the first has two answers, between which a hidden weakness was declared."""
    weakness = Rating.objects.get(organization=world.organizations["elsewhere"], stance=Stance.WEAKNESS)
    world.needs["need"] = make_need(world, "facilitator", "shizuoka", "needtitle", "needtext")
    world.needs["other_need"] = make_need(world, "other_facilitator", "osaka", "othertitle", "othertext")
    Rating.objects.filter(pk=weakness.pk).update(stance=Stance.NEUTRAL, level=1)
    world.proposals["earlier"] = propose(world, "need", "facilitator")
    Rating.objects.filter(pk=weakness.pk).update(stance=Stance.WEAKNESS, level=0)
    world.proposals["latest"] = propose(world, "need", "facilitator")
    world.proposals["other"] = propose(world, "other_need", "other_facilitator")


def make_need(world: World, person: str, lab: str, title: str, text: str) -> Need:
    by = world.people[person]
    assert isinstance(by, User)
    wanted = [
        Wanted(Capability.objects.get(code=code), phase, 3, 2.0, must)
        for code, phase, must in (
            ("pmo", "procurement", True),
            ("system_development", "development", True),
            ("inventory", "analysis", True),
        )
    ]
    need = Need(
        title=f"金属加工業の在庫 {word(title)}", lab=world.labs[lab], prefecture="22", industry="E", text=word(text)
    )
    return save_need(need, requirements=wanted, must_include=[], exclude=[], by=by)


def propose(world: World, need: str, person: str) -> Proposal:
    by = world.people[person]
    assert isinstance(by, User)
    return make_proposal(world.needs[need], by=by)

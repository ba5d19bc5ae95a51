"""A need with proposals and the people at its workbench: two facilitators of its lab, and one of another."""

from dataclasses import dataclass

from django.test import Client
from django.urls import reverse

from matching.actions import Wanted, make_proposal, save_need
from matching.models import Need, Proposal, Variant
from matching.vocabulary import BenchDeed
from matching.workbench import actions
from network.models import Capability, Lab, LabFacilitator, Organization, Rating, User
from network.vocabulary import Stance
from tests.cast import make_organization, make_person, make_rating

ORGANIZATIONS = (
    ("a-shinkin", "架空 浜名信金", "shinkin_bank", "22", {"pmo": 4, "system_development": -1}),
    ("b-house", "架空 天竜システム", "local_it_vendor", "22", {"system_development": 4}),
    ("c-far", "架空 尾張ソフト", "local_it_vendor", "23", {"system_development": 4}),
    ("d-coach", "架空 遠州コーチ", "it_coordinator", "22", {"inventory": 3, "system_development": 2}),
)
BEST = ["a-shinkin", "b-house", "d-coach"]
WANTED = (("pmo", "procurement", True), ("system_development", "development", True), ("inventory", "analysis", False))


@dataclass
class Scene:
    need: Need
    proposal: Proposal
    people: dict[str, User]
    lab: Lab

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def begin(self, who: str = "first") -> Variant:
        event = actions.begin(self.proposal, place=0, by=self.people[who])
        assert event.variant is not None
        return Variant.objects.select_related("need").get(pk=event.variant.pk)

    def change(self, variant: Variant, deed: str, organization: str = "", other: str = "", **more: object) -> Variant:
        by = self.people[str(more.pop("who", "first"))]
        wanted = actions.Wanted(BenchDeed(deed), organization, other)
        actions.change(variant, wanted=wanted, expected=more.pop("expected", None), by=by)
        return Variant.objects.select_related("need").get(pk=variant.pk)

    def path(self, name: str = "workbench", *more: object) -> str:
        return reverse(f"matching:{name}", args=[self.need.pk, *more])


def build_scene() -> Scene:
    lab = Lab.objects.get(name="静岡県")
    for identifier, name, kind, prefecture, levels in ORGANIZATIONS:
        made = make_organization(identifier, name=name, kind=kind, prefecture=prefecture)
        made.labs.add(lab)
        for code, level in levels.items():
            make_rating(made, code, max(level, 0), Stance.WEAKNESS if level < 0 else Stance.NEUTRAL)
        Rating.objects.filter(organization=made).update(stated_confidence=1.0)
    make_organization("closed", name="架空 とじた商会", is_active=False)
    Rating.objects.filter(organization__external_id="b-house").update(evidence="倉庫管理の導入12件")
    people = {name: make_person(name) for name in ("first", "second", "elsewhere")}
    for name in ("first", "second"):
        LabFacilitator.objects.create(user=people[name], lab=lab)
    LabFacilitator.objects.create(user=people["elsewhere"], lab=Lab.objects.get(name="大阪市"))
    need = Need(title="浜松の金属加工", lab=lab, prefecture="22", industry="E", text="聞いたままの話")
    wanted = [Wanted(Capability.objects.get(code=code), phase, 3, 2.0, must) for code, phase, must in WANTED]
    save_need(need, requirements=wanted, must_include=[], exclude=[], by=people["first"])
    return Scene(need, make_proposal(need, by=people["first"]), people, lab)


def hide(name: str, scene: Scene) -> None:
    """The organization leaves the lab: its weaknesses are none of the lab's business any more."""
    Organization.objects.get(external_id=name).labs.remove(scene.lab)

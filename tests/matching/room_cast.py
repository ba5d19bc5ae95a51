"""A room and the people around it, for the tests of rooms."""

from dataclasses import dataclass, field

from django.test import Client

from matching.models import Event, Room
from matching.rooms import actions
from network.models import Lab, LabFacilitator, Membership, Organization, Team, TeamMember, User
from network.vocabulary import Role
from tests.cast import make_organization, make_person

ROLES = (
    "member", "mate", "facilitator", "other_facilitator", "outsider", "stranger", "former", "inactive", "closed",
    "steward",
)  # fmt: skip
INSIDE = {"member", "mate", "facilitator"}


@dataclass
class Scene:
    """The room of a bank and a vendor, led by one lab."""

    room: Room
    team: Team
    labs: dict[str, Lab]
    organizations: dict[str, Organization]
    people: dict[str, User] = field(default_factory=dict)

    def say(self, who: str, text: str, **more: object) -> Event:
        return actions.post(self.room, text=text, by=self.people[who], **more)

    def client(self, who: str) -> Client:
        client = Client()
        client.force_login(self.people[who])
        return client

    def path(self, rest: str = "") -> str:
        return f"/rooms/{self.room.pk}/{rest}"


def build_scene() -> Scene:
    labs = {"own": Lab.objects.get(name="静岡県"), "other": Lab.objects.get(name="大阪市")}
    made = {name: make_organization(name, name=f"架空 {name}") for name in ("bank", "vendor", "elsewhere")}
    made["shut"] = make_organization("shut", name="架空 shut", is_active=False)
    people = {name: make_person(name) for name in ROLES}
    for name, person in people.items():
        User.objects.filter(pk=person.pk).update(name=f"架空 {name}")
        person.refresh_from_db()
    places = {"member": "bank", "mate": "vendor", "outsider": "elsewhere", "inactive": "bank", "closed": "shut"}
    for name, place in places.items():
        Membership.objects.create(user=people[name], organization=made[place], role=Role.MEMBER)
    LabFacilitator.objects.create(user=people["facilitator"], lab=labs["own"])
    LabFacilitator.objects.create(user=people["other_facilitator"], lab=labs["other"])
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    User.objects.filter(pk=people["steward"].pk).update(is_steward=True)
    team = Team.objects.create(name="架空の支援チーム")
    for name in ("bank", "vendor", "shut"):
        TeamMember.objects.create(team=team, organization=made[name])
    room = actions.open_room(team, labs=[labs["own"]], by=people["facilitator"])
    everybody = {name: User.objects.get(pk=person.pk) for name, person in people.items()}
    return Scene(room, team, labs, made, everybody)

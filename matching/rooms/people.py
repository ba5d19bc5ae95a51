"""Who is in a room."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from matching.models import CoFacilitator, Room
from network.models import LabFacilitator, Membership, User


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who reads and writes in a room, and for whom."""

    user: User
    places: tuple[str, ...]
    facilitates: bool

    @property
    def place(self) -> str:
        return "・".join(self.places)


def participants(room: Room) -> list[Participant]:
    """Everybody in the room now, facilitators last, by place and name."""
    members = Membership.objects.filter(
        organization__team_memberships__team=room.team_id, organization__is_active=True, user__is_active=True
    ).values_list("user", "organization__name")
    labs = room.labs.values("pk")
    led = Q(lab__in=labs) | Q(user__in=_named_to(room))
    leading = LabFacilitator.objects.filter(led, user__is_active=True).values_list("user", "lab__name")
    places: dict[int, list[str]] = {}
    facilitators = set()
    for user, place in members.order_by("organization__name", "user"):
        places.setdefault(user, []).append(place)
    for user, place in leading.order_by("lab__name", "user"):
        places.setdefault(user, []).append(place)
        facilitators.add(user)
    people = User.objects.in_bulk(places)
    found = [Participant(people[pk], tuple(dict.fromkeys(names)), pk in facilitators) for pk, names in places.items()]
    return sorted(found, key=lambda one: (one.facilitates, one.places, one.user.called, one.user.pk))


def _named_to(room: Room) -> QuerySet[CoFacilitator, int]:
    """Ids of the people who were named to the need that the room's team works for."""
    return CoFacilitator.objects.filter(need__plans__team=room.team_id).values_list("user", flat=True)


def place_of(room: Room, person: User) -> str:
    """For whom the person is in the room."""
    inside = Q(organization__team_memberships__team=room.team_id, organization__is_active=True)
    members = Membership.objects.filter(inside, user=person).order_by("pk")
    names = list(members.values_list("organization__name", flat=True))
    led = Q(lab__in=room.labs.values("pk")) | Q(user__in=_named_to(room))
    labs = LabFacilitator.objects.filter(led, user=person)
    return "・".join(dict.fromkeys(names + list(labs.order_by("pk").values_list("lab__name", flat=True))))


def mentioned_in(text: str, people: Iterable[Participant]) -> list[User]:
    """Whom "@name" calls: a person as called here, or everybody of the organization or lab of that name. The longest
    name that fits counts; of two people with one name both are called."""
    by_name: dict[str, list[User]] = {}
    for one in people:
        for name in {one.user.called, *one.places}:
            by_name.setdefault(name, []).append(one.user)
    names = sorted(by_name, key=lambda name: (-len(name), name))
    called: dict[int, User] = {}
    for piece in text.replace("＠", "@").split("@")[1:]:
        fits = next((name for name in names if piece.startswith(name)), "")
        called |= {user.pk: user for user in by_name.get(fits, [])}
    return [called[pk] for pk in sorted(called)]

"""What the tests of a case's life share: quick ways to leave something, and to see what a reader gets."""

from django.test import Client
from django.urls import reverse

from casebook.models import Case, Grant, Section
from network.models import Capability, Notice, User
from network.notices.words import read
from tests.cast import World, make_person


def case_for(world: World, name: str, keys: dict[str, list[str]], **values: object) -> Case:
    """A case of the owner whose sections accept these keys."""
    values = {"industry": "H", "prefecture": "22", "title": name, "owner": world.organizations["owner"]} | values
    case = Case.objects.create(external_id=f"life-{name}", **values)
    for kind, accepted in keys.items():
        section = Section.objects.create(case=case, kind=kind, text="本文")
        Grant.objects.bulk_create([Grant(section=section, key=key) for key in accepted])
    return case


def bring(case: Case, *codes: str) -> None:
    case.capabilities.add(*Capability.objects.filter(code__in=codes))


def strangers(count: int) -> list[User]:
    return [make_person(f"more{number}") for number in range(count)]


def client_of(world: World, name: str) -> Client:
    client = Client()
    person = world.people[name]
    if isinstance(person, User):
        client.force_login(person)
    return client


def address(name: str, *arguments: object) -> str:
    return reverse(f"casebook:{name}", args=arguments)


def told(person: User) -> list[str]:
    """The sentences of the casebook's notices to a person, as they read today."""
    return [line.sentence for line in read(Notice.objects.filter(user=person, kind="case"), person)]

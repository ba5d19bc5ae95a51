"""What the tests of the registry share beside the cast."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from network.models import Organization, User
from network.signals import organization_changed
from tests.cast import World, make_person


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Limits that were used up and figures that were counted in another test."""
    cache.clear()


@pytest.fixture
def owner(world: World) -> Organization:
    return world.organizations["owner"]


@pytest.fixture
def by(db: None) -> User:
    """A steward in a world of the test's own."""
    return make_person("operator", is_steward=True)


@pytest.fixture
def as_(world: World) -> Callable[[str], Client]:
    """A browser of the named person."""

    def browser(name: str) -> Client:
        client = Client()
        client.force_login(world.people[name])
        return client

    return browser


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What the registry told the rest of the house: external ids, in order."""
    names: list[str] = []

    def listen(organization: Organization, **_signal: object) -> None:
        names.append(organization.external_id)

    organization_changed.connect(listen)
    yield names
    organization_changed.disconnect(listen)

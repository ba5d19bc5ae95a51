"""Every way by which search could tell of what one may not read, by name, before and after what changes it."""

from datetime import date, timedelta

import pytest

from casebook.models import Case, Grant
from casebook.signals import case_changed
from network import post
from network.models import Membership
from search import outbox
from search.engines import meili
from search.finding import find
from tests.search.cast import make_case, make_member, make_organization

ASKED, SECRET, OPEN = "翡翠鉱山", "琥珀洞窟", "在庫"
"""What is asked for and so stands in every answer; what stands beside it in the hidden texts and titles."""


@pytest.fixture(params=["database", pytest.param("meilisearch", marks=pytest.mark.meilisearch)])
def engine(request, db):
    if request.param == "meilisearch":
        request.getfixturevalue("meilisearch")
    return request.param


@pytest.fixture
def world(engine, bank, banker):
    """A case open to all but for one section of its owner's, one that nobody outside may see, and three open ones."""
    hidden_text = f"{ASKED}と{SECRET}の在庫で失敗した"
    partly = make_case(
        bank, "在庫の話", {"summary": ("在庫が合わない", "public"), "lessons": (hidden_text,)},
        industry="E", prefecture="22", year=2024, capabilities=["inventory"],
    )  # fmt: skip
    hidden = make_case(
        bank, f"{ASKED}と{SECRET}", {"summary": (hidden_text,)},
        industry="M", prefecture="17", year=1999, phases=["operation"], capabilities=["inventory"], tlp="RED",
    )  # fmt: skip
    for number in range(3):
        make_case(bank, f"倉庫{number}", f"在庫の倉庫{number}", industry="E", capabilities=["inventory"])
    outbox.drain()
    return {"partly": partly, "hidden": hidden, "owner": banker, "stranger": make_member(make_organization())}


def got(client, path, asked):
    answer = client.get(path, asked)
    assert answer.status_code < 500, path
    return b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")


CHANNELS = {
    "hits and snippets": lambda w: ("/cases/", {"q": ASKED}),
    "hits of another word": lambda w: ("/cases/", {"q": OPEN}),
    "deep pages": lambda w: ("/cases/", {"q": OPEN, "page": 2}),
    "titles in meta tags": lambda w: (f"/cases/{w['partly'].pk}/", {}),
    "suggestions": lambda w: ("/search/suggest/", {"q": ASKED}),
    "suggestions by a prefix": lambda w: ("/search/suggest/", {"q": SECRET[:2]}),
    "the search box": lambda w: ("/search/", {"q": ASKED}),
    "spelling": lambda w: ("/search/ways-on/", {"q": SECRET[:-1] + "屈"}),
    "popular queries": lambda w: ("/search/history/", {}),
    "related cases": lambda w: (f"/cases/{w['partly'].pk}/similar/", {}),
    "related to the hidden": lambda w: (f"/cases/{w['hidden'].pk}/similar/", {}),
    "API": lambda w: ("/api/v1/search", {"q": ASKED}),
    "API without a word": lambda w: ("/api/v1/search", {"q": ""}),
    "API of similar ones": lambda w: (f"/api/v1/cases/{w['partly'].external_id}/similar", {}),
    "exports": lambda w: ("/cases/export/", {"id": [w["partly"].pk, w["hidden"].pk]}),
    "feeds": lambda w: ("/feed/", {}),
    "sitemap": lambda w: ("/sitemap.xml", {}),
    "saved searches": lambda w: ("/search/saved/", {}),
    "hostile phrase": lambda w: ("/api/v1/search", {"q": f'"{ASKED}" OR keys EXISTS'}),
    "hostile negation": lambda w: ("/api/v1/search", {"q": f"-{OPEN} {ASKED}"}),
    "hostile token": lambda w: ("/api/v1/search", {"q": f"{ASKED} org:{w['hidden'].owner_id}"}),
    "hostile prefix": lambda w: ("/api/v1/search", {"q": ASKED[:1] + "*"}),
}
SEEN_BY_THE_OWNER = {"hits and snippets", "related cases", "API", "API without a word"}
"""Where the owner's own member is told: so there is something that would leak."""


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_address_tells(world, client, channel):
    path, asked = CHANNELS[channel](world)
    client.force_login(world["owner"])
    own = got(client, path, asked)  # the owner looks first: what is kept must not be shared
    if channel in SEEN_BY_THE_OWNER:
        assert SECRET in own
    for reader in (world["stranger"], None):
        client.force_login(reader) if reader else client.logout()
        told = got(client, path, asked)
        assert SECRET not in told
        assert world["hidden"].external_id not in told


def figures(reader, text):
    found = find(text, reader)
    facets = {facet.name: {one.value: one.count for one in facet.values} for facet in found.facets}
    return found.total, [(hit.id, hit.score) for hit in found.hits], facets


@pytest.mark.parametrize("text", [OPEN, ASKED, SECRET, f"{ASKED} {OPEN}", ""])
def test_no_total_facet_zero_score_or_order_tells(world, text):
    """With the hidden in the casebook and without it, everything is the same."""
    before = figures(world["stranger"], text)
    assert "1999" not in before[2]["year"]
    assert "17" not in before[2]["prefecture"]
    assert figures(world["owner"], text) != before
    world["hidden"].delete()
    world["partly"].sections.filter(kind="lessons").delete()
    assert figures(world["stranger"], text) == before


def test_missing_and_hidden_look_the_same(world, client):
    client.force_login(world["stranger"])
    pk, missing = world["hidden"].pk, 987_654
    for path in ("/cases/{}/", "/cases/{}/similar/", "/api/v1/cases/{}"):
        hidden = client.get(path.format(pk if "api" not in path else world["hidden"].external_id))
        assert hidden.status_code == client.get(path.format(missing)).status_code == 404


def test_no_mail_tells(world, mailoutbox):
    post.deliver()
    assert not [one for one in mailoutbox if SECRET in f"{one.subject}{one.body}"]


def test_pages_are_not_shared_between_readers(world, client):
    client.force_login(world["owner"])
    answer = client.get("/cases/", {"q": ASKED})
    assert "Cookie" in answer["Vary"]
    assert "public" not in answer.get("Cache-Control", "")


CHANGES = {
    "a membership ended": lambda w: Membership.objects.filter(user=w["owner"]).delete(),
    "another owner": lambda w: Case.objects.update(owner=w["stranger"].memberships.get().organization),
    "unpublished": lambda w: (Membership.objects.all().delete(), Case.objects.update(state="archived")),
    "an embargo": lambda w: (
        Membership.objects.all().delete(),
        Case.objects.update(opens_on=date.today() + timedelta(days=9)),  # noqa: DTZ011
    ),
    "deleted": lambda w: [case.delete() for case in Case.objects.all()],
    "no grant any more": lambda w: (Membership.objects.all().delete(), Grant.objects.all().delete()),
}


@pytest.mark.parametrize("worker", ["stopped", "running"])
@pytest.mark.parametrize("change", CHANGES)
def test_from_the_next_request_on(world, client, change, worker):
    client.force_login(world["owner"])
    assert SECRET in got(client, "/api/v1/search", {"q": ASKED})
    CHANGES[change](world)
    if worker == "running":
        for case in Case.objects.all():
            case_changed.send(sender=Case, case=case)
        outbox.drain()
    for path in ("/api/v1/search", "/cases/", "/search/suggest/"):
        assert SECRET not in got(client, path, {"q": ASKED})
    assert find(SECRET, world["owner"]).total == 0


@pytest.mark.meilisearch
def test_during_a_swap_and_after_an_old_snapshot(meilisearch, bank, banker):
    """The index is put back to a day on which all was open; and is just being replaced."""
    case = make_case(bank, f"{ASKED}と{SECRET}", {"summary": (f"{ASKED}と{SECRET}", "public")})
    outbox.drain()
    before = list(meili.Index().held())
    stranger = make_member()
    assert find(ASKED, stranger).total == 1
    Grant.objects.all().delete()
    case_changed.send(sender=Case, case=case)
    outbox.drain()
    index = meili.Index()
    index._wait(index.index.add_documents(before))
    outbox.begin_next()
    for _ in range(2):
        assert (find(ASKED, stranger).total, find(ASKED, stranger).fallback) == (0, False)
        assert find(ASKED, banker).total == 1
        outbox.drain()

"""The person's own last questions, and, without the person, the ones that found nothing."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from network.models import User
from search import actions
from search.actions.remembering import REMEMBERED
from search.records import PastSearch, ZeroResult
from tests.search.cast import make_case, make_member

TYPED = {"HX-Request": "true", "HX-Trigger": "cases-q"}
SETTLED = {"HX-Request": "true", "HX-Trigger": "search-form"}


@pytest.fixture(autouse=True)
def _case(bank):
    make_case(bank, "在庫の話", "在庫が合わない", industry="E")


@pytest.fixture
def steward(db):
    person = User.objects.create_user("steward@example.jp", is_steward=True)
    Authenticator.objects.create(user=person, type="totp", data={})
    return person


@pytest.fixture
def today_is(monkeypatch):
    def set_today(day):
        monkeypatch.setattr("django.utils.timezone.localdate", lambda: date.fromisoformat(day))

    return set_today


def ask(client, headers=None, **parameters):
    return client.get(reverse("search:cases"), parameters, headers=headers or {})


def asked(person):
    return [(past.query, past.filters, past.total) for past in PastSearch.objects.filter(user=person)]


def test_what_was_asked_is_remembered_for_its_person_alone(client, developer, banker):
    client.force_login(developer)
    ask(client, q="在庫")
    ask(client, SETTLED, industry="E")
    assert asked(developer) == [("", {"industry": ["E"]}, 1), ("在庫", {}, 1)]
    assert asked(banker) == []
    shown = client.get(reverse("search:history")).content.decode()
    assert "/cases/?q=%E5%9C%A8%E5%BA%AB" in shown
    client.force_login(banker)
    assert "在庫" not in client.get(reverse("search:history")).content.decode()


def test_nothing_is_remembered_while_one_types_pages_on_or_goes_back(client, developer):
    client.force_login(developer)
    ask(client, TYPED, q="在")
    ask(client, {"HX-Request": "true", "HX-History-Restore-Request": "true"}, q="在庫")
    ask(client)
    assert asked(developer) == []
    assert not ZeroResult.objects.exists()


def test_strangers_leave_no_history(client):
    ask(client, q="在庫")
    assert not PastSearch.objects.exists()


def test_the_same_question_stands_once_with_its_last_total(client, developer, bank):
    client.force_login(developer)
    ask(client, q="在庫")
    ask(client, q="旅館")
    make_case(bank, "もうひとつ", "在庫")
    ask(client, q="在庫")
    assert asked(developer) == [("在庫", {}, 2), ("旅館", {}, 0)]


def test_a_question_typed_in_steps_is_one_question(developer):
    for text in ("在", "在庫", "在庫 棚卸"):
        actions.remember(query=text, chosen={}, total=1, by=developer)
    assert [query for query, *_ in asked(developer)] == ["在庫 棚卸"]
    PastSearch.objects.update(at=timezone.now() - timedelta(minutes=3))
    actions.remember(query="在庫 棚卸 会計", chosen={}, total=1, by=developer)
    assert len(asked(developer)) == 2


def test_only_the_last_ones_are_kept(developer):
    for number in range(REMEMBERED + 3):
        actions.remember(query=f"語{number:03}", chosen={}, total=0, by=developer)
    kept = [query for query, *_ in asked(developer)]
    assert len(kept) == REMEMBERED
    assert kept[0] == f"語{REMEMBERED + 2:03}"


def test_one_and_all_can_be_forgotten(client, developer, banker):
    for person in (developer, banker):
        for text in ("在庫", "旅館"):
            actions.remember(query=text, chosen={}, total=1, by=person)
    client.force_login(developer)
    theirs = PastSearch.objects.filter(user=banker).first()
    assert client.post(reverse("search:forget", args=[theirs.pk])).status_code == 404
    client.post(reverse("search:forget", args=[PastSearch.objects.filter(user=developer).first().pk]))
    assert [query for query, *_ in asked(developer)] == ["在庫"]
    client.post(reverse("search:forget_all"))
    assert asked(developer) == []
    assert len(asked(banker)) == 2


# What nobody found


def test_what_finds_nothing_is_counted_without_who_asked(client, developer, banker, steward):
    for person in (developer, banker, None):
        client.force_login(person) if person else client.logout()
        ask(client, q="翡翠の採掘")
    ask(client, SETTLED, q="翡翠の採掘", industry="E")
    [zero] = ZeroResult.objects.all()
    assert (zero.query, zero.times, zero.narrowed) == ("翡翠の採掘", 4, 1)
    assert zero.first_on == zero.last_on == timezone.localdate()
    people = {field.name for field in ZeroResult._meta.get_fields() if field.is_relation}
    assert people == set()
    client.force_login(steward)
    shown = client.get(reverse("search:unanswered")).content.decode()
    assert "翡翠の採掘" in shown
    for person in (developer, banker):
        assert person.email not in shown


def test_what_finds_something_is_not_counted_and_what_is_hidden_counts_as_nothing(client, bank, developer):
    make_case(bank, "秘密", {"summary": ("翡翠", f"org:{bank.pk}")})
    ask(client, q="在庫")
    assert not ZeroResult.objects.exists()
    client.force_login(developer)
    ask(client, q="翡翠")
    assert ZeroResult.objects.get().query == "翡翠"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("taro@example.jp 翡翠", "… 翡翠"),
        ("０９０-1234-5678 翡翠", "… 翡翠"),
        ("1234567890123", None),
        ("2024年の翡翠", "2024年の翡翠"),
    ],
)
def test_what_names_somebody_is_not_kept(typed, kept):
    actions.note_unanswered(query=typed, narrowed=False)
    assert [zero.query for zero in ZeroResult.objects.all()] == ([kept] if kept else [])


def test_the_steward_settles_one_until_it_is_asked_on_another_day(client, steward, today_is):
    today_is("2026-11-20")
    actions.note_unanswered(query="翡翠", narrowed=False)
    zero = ZeroResult.objects.get()
    client.force_login(steward)
    client.post(reverse("search:settle_unanswered", args=[zero.pk]))
    assert list(client.get(reverse("search:unanswered")).context["page"]) == []
    today_is("2026-11-21")
    actions.note_unanswered(query="翡翠", narrowed=False)
    assert [one.times for one in client.get(reverse("search:unanswered")).context["page"]] == [2]


def test_nobody_else_sees_it(client, developer):
    actions.note_unanswered(query="翡翠", narrowed=False)
    zero = ZeroResult.objects.get()
    client.force_login(make_member())
    assert client.get(reverse("search:unanswered")).status_code == 404
    assert client.post(reverse("search:settle_unanswered", args=[zero.pk])).status_code == 404


def test_old_ones_are_forgotten(developer):
    actions.note_unanswered(query="翡翠", narrowed=False)
    actions.remember(query="翡翠", chosen={}, total=0, by=developer)
    assert actions.sweep() == 0
    long_ago = timezone.now() - timedelta(days=actions.KEPT_DAYS + 1)
    ZeroResult.objects.update(last_on=long_ago.date())
    PastSearch.objects.update(at=long_ago)
    assert actions.sweep() == 2

"""Searches that a person keeps: what is new, when it is told, and that nothing hidden is ever told."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casebook.models import Case, Grant, LogEntry
from network.models import Letter, Membership, Notice, User
from network.notices.words import read
from search import actions, upkeep
from search.alerts import fresh
from search.records import SavedMatch, SavedSearch
from search.upkeep import EVERY, look, look_again
from tests.search.cast import make_case, make_member


@pytest.fixture
def kept(bank, developer):
    """「在庫」, kept by the vendor's member, who knows of the one case there is."""
    make_case(bank, "知っている事例", "在庫が合わない")
    saved = actions.save_search(query="在庫", chosen={}, by=developer)
    look(saved)
    return saved


def told(person):
    return [one.sentence for one in read(person.notices.order_by("pk"), person)]


def names(saved, reader):
    return [case.title for case in fresh([saved], reader)[saved.pk]]


def test_the_first_look_tells_nothing_as_new(kept, developer):
    assert names(kept, developer) == []
    assert not developer.notices.exists()


def test_a_new_answer_is_noted_and_told_once(kept, developer, bank):
    make_case(bank, "新しい事例", "在庫が足りない")
    make_case(bank, "関係のない事例", "朝の挨拶")
    assert [look(kept), look(kept)] == [1, 0]
    assert names(kept, developer) == ["新しい事例"]
    assert told(developer) == ["保存した検索「在庫」に、新しく1件の事例が見つかりました。"]
    make_case(bank, "もうひとつ", "在庫の山")
    look(kept)
    # One unread notice is enough: it counts when it is read.
    assert told(developer) == ["保存した検索「在庫」に、新しく2件の事例が見つかりました。"]


def test_what_was_seen_is_not_new_and_is_never_new_again(kept, developer, bank):
    case = make_case(bank, "新しい事例", "在庫が足りない")
    look(kept)
    actions.saw(kept, by=developer)
    assert names(kept, developer) == []
    Grant.objects.filter(section__case=case).delete()
    look(kept)
    Grant.objects.create(section=case.sections.get(), key="public")
    assert look(kept) == 0
    assert told(developer) == ["保存した検索「在庫」に、いま新しい事例はありません。"]


def test_only_what_its_person_may_read_is_new(kept, developer, bank, banker):
    make_case(bank, "銀行だけの話", {"summary": ("在庫の秘密", f"org:{bank.pk}")})
    assert look(kept) == 0
    own = actions.save_search(query="秘密", chosen={}, by=banker)
    look(own)
    make_case(bank, "銀行だけの話2", {"summary": ("在庫の秘密", f"org:{bank.pk}")})
    # There is something that would leak: who may read it is told of it.
    assert look(own) == 1


def test_a_match_that_was_closed_since_is_told_nowhere(kept, developer, bank):
    case = make_case(bank, "閉じる事例", {"summary": ("概要", "public"), "lessons": ("在庫の失敗", "network")})
    assert look(kept) == 1
    assert names(kept, developer) == ["閉じる事例"]
    # The case can still be seen, the section that answered can not: that it answered must not be told either.
    Grant.objects.filter(section__case=case, key="network").delete()
    assert names(kept, developer) == []
    assert told(developer) == ["保存した検索「在庫」に、いま新しい事例はありません。"]
    Case.objects.filter(pk=case.pk).update(state="archived")
    assert names(kept, developer) == []


def test_who_left_the_network_is_told_of_nothing_that_is_the_networks(kept, developer, bank):
    make_case(bank, "ネットワークの事例", {"summary": ("在庫", "network")})
    assert look(kept) == 1
    Membership.objects.filter(user=developer).delete()
    developer = User.objects.get(pk=developer.pk)
    assert names(kept, developer) == []
    assert "0" not in told(developer)[0]
    assert "いま新しい事例はありません" in told(developer)[0]


def test_a_notice_tells_another_reader_nothing(kept, developer, banker, bank):
    make_case(bank, "新しい事例", "在庫が足りない")
    look(kept)
    [notice] = developer.notices.all()
    [as_other] = read([notice], banker)
    assert "在庫" not in as_other.sentence
    assert as_other.address == ""


def test_a_saved_search_keeps_its_choices(developer, bank):
    saved = actions.save_search(query="", chosen={"industry": frozenset({"E"})}, by=developer)
    look(saved)
    make_case(bank, "工場", "朝礼", industry="E")
    make_case(bank, "旅館", "朝礼", industry="M")
    look(saved)
    assert names(saved, developer) == ["工場"]
    assert saved.name == "製造業"


def test_the_same_question_is_kept_once_and_takes_the_new_name(developer):
    first = actions.save_search(query="在庫  管理", chosen={}, by=developer)
    again = actions.save_search(query="在庫 管理", chosen={}, name="倉庫の件", alerts=False, by=developer)
    assert first.pk == again.pk
    assert (again.name, again.alerts) == ("倉庫の件", False)
    assert SavedSearch.objects.count() == 1


def test_without_alerts_nothing_is_asked_and_nothing_told(kept, developer, bank):
    actions.change_saved(kept, name="在庫", alerts=False, by=developer)
    SavedSearch.objects.update(looked_at=timezone.now() - 2 * EVERY)
    make_case(bank, "新しい事例", "在庫が足りない")
    assert look_again() == 0
    assert not developer.notices.exists()


def test_due_searches_are_asked_each_hour_the_longest_waiting_first(kept, banker, bank, monkeypatch):
    assert look_again() == 0  # asked a moment ago
    other = actions.save_search(query="旅館", chosen={}, by=banker)
    SavedSearch.objects.filter(pk=kept.pk).update(looked_at=timezone.now() - EVERY - timedelta(seconds=1))
    asked = []
    monkeypatch.setattr(upkeep, "look", lambda saved: asked.append(saved.pk))
    assert look_again(most=5) == 2
    assert asked == [other.pk, kept.pk]


def test_one_that_fails_keeps_no_other_waiting(kept, banker, bank, monkeypatch):
    broken = actions.save_search(query="旅館", chosen={}, by=banker)
    SavedSearch.objects.filter(pk=kept.pk).update(looked_at=timezone.now() - 2 * EVERY)
    make_case(bank, "新しい事例", "在庫が足りない")

    def answers(saved, reader):
        if saved.pk == broken.pk:
            raise RuntimeError
        return [case.pk for case in Case.objects.all()]

    monkeypatch.setattr(upkeep, "answers", answers)
    assert upkeep.catch_up() == 2
    assert SavedMatch.objects.get().case.title == "新しい事例"


def test_the_upkeep_command_asks_them(kept, developer, bank):
    SavedSearch.objects.update(looked_at=timezone.now() - 2 * EVERY)
    make_case(bank, "新しい事例", "在庫が足りない")
    call_command("catch_up")
    assert len(told(developer)) == 1


def test_a_mail_goes_to_who_wants_mail_and_names_no_case(kept, developer, bank):
    User.objects.filter(pk=developer.pk).update(wants_mail=True)
    make_case(bank, "新しい事例", "在庫が足りない")
    look(SavedSearch.objects.select_related("user").get())
    [letter] = Letter.objects.all()
    assert letter.to == developer.email
    assert reverse("search:saved") in letter.body
    assert "新しい事例が" not in letter.body
    assert "在庫" not in letter.subject + letter.body


def test_looking_reads_no_restricted_text_and_leaves_no_trace_in_the_owners_log(kept, bank):
    make_case(bank, "新しい事例", {"summary": ("在庫", "network")})
    assert look(kept) == 1
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_without_news(client, developer, number):
    for place in range(number):
        look(actions.save_search(query=f"語{place}", chosen={}, by=developer))
    client.force_login(developer)
    client.get(reverse("search:saved"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("search:saved")).status_code == 200
    assert len(queries) <= 14  # sessions, shell and three of the list


# The pages


def test_a_search_is_kept_from_the_page_and_stands_in_the_list(client, developer, bank):
    client.force_login(developer)
    shown = client.get(reverse("search:cases"), {"q": "在庫"}).content.decode()
    assert 'action="/search/saved/new/"' in shown
    answer = client.post(reverse("search:save"), {"q": "在庫", "industry": "E", "name": "", "alerts": "on"})
    saved = SavedSearch.objects.get()
    assert answer["Location"] == f"/search/saved/#saved-{saved.pk}"
    assert (saved.user, saved.query, saved.filters, saved.alerts) == (developer, "在庫", {"industry": ["E"]}, True)
    assert saved.looked_at is not None
    listed = client.get(reverse("search:saved")).content.decode()
    assert "/cases/?q=%E5%9C%A8%E5%BA%AB&amp;industry=E" in listed
    assert "製造業" in listed


def test_new_cases_are_named_with_their_label_and_can_be_put_aside(client, kept, developer, bank):
    make_case(bank, "新しい事例", "在庫が足りない", tlp="CLEAR")
    look(kept)
    client.force_login(developer)
    shown = client.get(reverse("search:saved")).content.decode()
    assert "新しい事例 1件" in shown
    assert "TLP:CLEAR" in shown
    assert "新しい事例 1件" in client.get(reverse("search:saved_news")).content.decode()
    client.post(reverse("search:saved_seen", args=[kept.pk]))
    assert "新しい事例 1件" not in client.get(reverse("search:saved")).content.decode()
    assert "新しい事例 1件" not in client.get(reverse("search:saved_news")).content.decode()


def test_changing_and_deleting(client, kept, developer):
    client.force_login(developer)
    client.post(reverse("search:change_saved", args=[kept.pk]), {"name": "倉庫の件"})
    kept.refresh_from_db()
    assert (kept.name, kept.alerts) == ("倉庫の件", False)
    refused = client.post(reverse("search:change_saved", args=[kept.pk]), {"name": ""})
    assert refused.status_code == 422
    client.post(reverse("search:delete_saved", args=[kept.pk]))
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize("verb", ["change_saved", "delete_saved", "saved_seen"])
def test_another_persons_search_is_not_there(client, kept, verb):
    client.force_login(make_member())
    assert client.post(reverse(f"search:{verb}", args=[kept.pk]), {"name": "x"}).status_code == 404


def test_nothing_to_keep_is_said_in_words(client, developer):
    client.force_login(developer)
    answer = client.post(reverse("search:save"), {"q": "  "})
    assert answer.status_code == 422
    assert "保存する検索のことばを入力するか、条件を選んでください。" in answer.content.decode()


@pytest.mark.parametrize("text", ["\x00在庫", "\u202e在庫", "在" * 5000, "\u200b在庫", "\ufffd在庫"])
def test_odd_text_is_kept_as_plain_words(client, developer, text):
    client.force_login(developer)
    assert client.post(reverse("search:save"), {"q": text}).status_code == 302
    assert SavedSearch.objects.get().query.strip("\u200b") in {"在庫", "在" * 1000}


def test_there_is_a_limit_that_says_what_to_do(client, developer, monkeypatch):
    monkeypatch.setattr("search.actions.saving.MOST_SAVED", 1)
    actions.save_search(query="在庫", chosen={}, by=developer)
    client.force_login(developer)
    answer = client.post(reverse("search:save"), {"q": "旅館"})
    assert answer.status_code == 422
    assert "保存できる検索は1件までです。" in answer.content.decode()


def test_the_notice_leads_to_the_search(client, kept, developer, bank):
    make_case(bank, "新しい事例", "在庫が足りない")
    look(kept)
    client.force_login(developer)
    assert "新しく1件の事例が見つかりました" in client.get(reverse("network:notices")).content.decode()
    answer = client.post(reverse("network:read_notice", args=[Notice.objects.get().pk]), {"go": "1"})
    assert answer["Location"] == f"/search/saved/#saved-{kept.pk}"

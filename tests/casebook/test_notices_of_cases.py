"""What the casebook's notices say when they are read: to who may know, and nothing to anybody else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_date

from casebook import notices
from casebook.models import Case, Consent, Delegation
from casebook.notices import WORDS, leave, teller
from network.models import Letter, Membership, Notice, User
from network.notices.mailing import mail
from network.notices.words import read

pytestmark = pytest.mark.django_db
FACTS = {
    "request": 1, "until": "2027-03-31", "by": "架空 天竜システム", "reference": "case-1", "consent": 1,
    "exported_on": "2027-03-01",
}  # fmt: skip


def left(world, what, reader="outsider", case="network", **facts) -> Notice:
    person = world.people[reader]
    leave([person], world.cases[case], what, key=f"{reader}:{Notice.objects.count()}", **{**FACTS, **facts})
    return Notice.objects.filter(user=person).latest("pk")


def told(notice: Notice) -> tuple[str, str]:
    [found] = read([notice], notice.user)
    return found.sentence, found.address


HIDDEN = "いまはご覧になれません"


@pytest.mark.parametrize("what", sorted(WORDS))
def test_every_kind_is_told_to_a_member_of_the_owner_who_is_its_editor(world, what):
    Consent.objects.create(case=world.cases["network"], organization=world.organizations["owner"], digest="x")
    sentence, address = told(left(world, what, "editor"))
    assert HIDDEN not in sentence
    assert "…" not in sentence
    assert "%(" not in sentence
    assert (world.cases["network"].title in sentence) == ("%(title)s" in str(WORDS[what].words))
    assert address.startswith("/")


@pytest.mark.parametrize("what", sorted(WORDS))
def test_no_kind_tells_the_title_to_who_may_not_see_the_case(world, what):
    sentence, address = told(left(world, what, "outsider", "draft"))
    assert world.cases["draft"].title not in sentence
    assert address == ""
    assert (HIDDEN in sentence) == (not WORDS[what].otherwise)


@pytest.mark.parametrize("what", sorted(what for what, say in WORDS.items() if say.to is notices.to_members))
def test_what_goes_on_inside_is_told_to_members_alone(world, what):
    assert HIDDEN in told(left(world, what, "outsider", "public"))[0]
    assert HIDDEN not in told(left(world, what, "colleague", "public"))[0]


def test_a_lost_membership_closes_what_was_told(world):
    notice = left(world, "request", "editor", "public")
    assert world.cases["public"].title in told(notice)[0]
    Membership.objects.filter(user=world.people["editor"]).delete()
    assert HIDDEN in told(notice)[0]


@pytest.mark.parametrize("state", ["archived", "taken_down"])
def test_a_case_that_was_closed_closes_its_notices(world, state):
    notice = left(world, "granted")
    assert "2027年3月31日まで" in told(notice)[0]
    Case.objects.filter(pk=world.cases["network"].pk).update(state=state)
    assert HIDDEN in told(notice)[0]


def test_who_is_asked_to_approve_a_draft_is_told_by_whom_without_its_title_and_nobody_else_is(world):
    notice = left(world, "approval", "partner", "draft")
    assert HIDDEN in told(notice)[0]
    Consent.objects.create(case=world.cases["draft"], organization=world.organizations["partner"], digest="x")
    assert "架空 天竜システムから" in told(notice)[0]
    assert world.cases["draft"].title not in told(notice)[0]
    assert HIDDEN in told(left(world, "approval", "outsider", "draft"))[0]


def test_a_writer_is_told_as_long_as_that_holds(world):
    notice = left(world, "delegated", "delegate", "written")
    assert world.cases["written"].title in told(notice)[0]
    assert told(notice)[1] == reverse("casebook:writing")
    Delegation.objects.update(until=parse_date("2020-01-01"))
    assert HIDDEN in told(notice)[0]


def test_a_recall_names_the_id_and_the_day_and_nothing_else(world):
    sentence, address = told(left(world, "recall", "outsider", "draft", reference="case-draft"))
    assert "case-draft" in sentence
    assert address == ""


@pytest.mark.parametrize(
    "facts",
    [{}, {"case": None}, {"case": "1"}, {"what": "unknown"}, {"what": 3}, {"case": 987_654_321}, {"what": ["request"]}],
)
def test_facts_that_nobody_knows_are_hidden_and_break_nothing(world, facts):
    kept = {"case": world.cases["public"].pk, "what": "granted", **facts} if facts else {}
    person = world.people["outsider"]
    notice = Notice.objects.create(user=person, kind="case", facts=kept, key="odd")
    assert HIDDEN in told(notice)[0]


def test_a_notice_without_its_facts_is_a_whole_sentence(world):
    person = world.people["colleague"]
    notice = Notice.objects.create(
        user=person, kind="case", facts={"case": world.cases["public"].pk, "what": "request"}, key="bare"
    )
    assert "ほかの方から届きました" in told(notice)[0]


def test_the_page_of_notices_tells_and_leads_there(world):
    left(world, "taken_down", "editor", "public")
    browser = Client()
    browser.force_login(world.people["editor"])
    html = browser.get("/notices/").content.decode()
    assert world.cases["public"].title in html
    notice = Notice.objects.get(facts__what="taken_down")
    response = browser.post(f"/notices/{notice.pk}/read/", {"go": "1"})
    assert response["Location"] == f"/cases/{world.cases['public'].pk}/"


def test_notices_are_told_in_the_readers_language(world):
    notice = left(world, "declined")
    with translation.override("en"):
        assert world.cases["network"].title in told(notice)[0]


@pytest.mark.parametrize("reader", ["editor", "outsider"])
def test_thirty_notices_ask_as_many_queries_as_ten_kinds(world, reader):
    def queries(rows) -> int:
        with CaptureQueriesContext(connection) as found:
            teller(rows, world.people[reader])
        return len(found)

    one = [left(world, what, reader) for what in sorted(WORDS)]
    many = one + [left(world, what, reader, case) for what in sorted(WORDS) for case in ("public", "lab", "mixed")]
    assert queries(many) == queries(one)


# --- Mail ---------------------------------------------------------------------------------------


def test_mail_goes_to_who_wants_it_says_why_it_came_and_how_to_stop_it(world, settings):
    settings.SITE_URL = "https://example.jp"
    User.objects.filter(pk=world.people["partner"].pk).update(wants_mail=False)
    people = list(User.objects.filter(pk__in=[world.people[name].pk for name in ("editor", "partner", "inactive")]))
    mail(people, subject="件名", said="できごと", page="/case-requests/1/", why="理由")
    letter = Letter.objects.exclude(problem="Timeout").get(to=world.people["editor"].email)
    assert not Letter.objects.filter(to__in=[world.people[name].email for name in ("partner", "inactive")]).exists()
    assert letter.body.split("\n\n") == [
        "できごと",
        "https://example.jp/case-requests/1/",
        "理由\n止めるには、アカウントの画面の「お知らせをメールでも受け取る」で「受け取らない」を選んでください。",
        "https://example.jp/account/\n",
    ]

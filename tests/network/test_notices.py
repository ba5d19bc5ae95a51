"""What people are told, in words made when they read."""

import pytest
from django.test import Client
from django.utils import timezone, translation

from network.models import Membership, Notice, Organization
from network.notices import telling as notices
from network.notices.words import SENTENCES, read
from network.vocabulary import NoticeKind, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(small):
    return small["editor"]


@pytest.fixture
def owner(small) -> Organization:
    return small.owner


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def tell(person, organization, kind=NoticeKind.VOUCHED, key="one", **facts) -> Notice:
    notices.tell([person], kind=kind, key=key, organization=organization, facts=facts)
    return Notice.objects.get(user=person, key=key)


class TestTelling:
    def test_the_same_is_told_once(self, editor, owner):
        for _again in range(2):
            notices.tell([editor], kind=NoticeKind.TIE, key="tie:1", organization=owner)
        assert editor.notices.count() == 1

    def test_each_person_has_a_notice_of_the_own(self, small, editor, owner):
        notices.tell([editor, small["colleague"]], kind=NoticeKind.TIE, key="tie:1", organization=owner)
        assert Notice.objects.filter(key="tie:1").count() == 2

    def test_editors_are_the_active_ones(self, small, owner):
        assert notices.editors_of(owner) == [small["editor"]]
        Membership.objects.create(organization=owner, user=small["stranger"], role=Role.EDITOR)
        assert small["stranger"] in notices.editors_of(owner)


class TestWords:
    def test_every_kind_has_a_sentence(self):
        assert set(SENTENCES) == set(NoticeKind)

    @pytest.mark.parametrize(
        "facts",
        [
            {},
            {"by": "架空 天竜システム", "capability": "pmo", "count": 3, "field": "rating.pmo", "state": "accepted"},
            {"by": None, "capability": ["x"], "count": {"n": 1}, "field": 7, "until": "never", "oldest": "2026-13-99"},
            {"by": "100%s %(name)s", "state": "approved", "role": "editor", "until": "2026-10-31", "unknown": object},
        ],
    )
    @pytest.mark.parametrize("about", [True, False])
    def test_no_fact_breaks_a_sentence(self, editor, owner, facts, about):
        kinds = [Notice(user=editor, kind=k, organization=owner if about else None, facts=facts) for k in NoticeKind]
        for language in ("ja", "en"):
            with translation.override(language):
                for told in read(kinds, editor):
                    assert told.sentence
                    assert "%(" not in told.sentence.replace(str(facts.get("by")), "")
                    assert told.address.startswith("/") or told.address == ""

    def test_facts_that_are_no_mapping(self, editor, owner):
        (told,) = read([Notice(user=editor, kind=NoticeKind.TIE, organization=owner, facts=["odd"])], editor)
        assert owner.name in told.sentence

    def test_a_kind_nobody_knows(self, editor, owner):
        (told,) = read([Notice(user=editor, kind="newer", organization=owner)], editor)
        assert told.address == ""

    def test_what_is_said_and_where_it_leads(self, editor, owner):
        notice = tell(editor, owner, by="架空 天竜システム", capability="pmo", level=3)
        (told,) = read([notice], editor)
        assert told.sentence.startswith("架空 天竜システムが、「架空 浜名信用金庫」の「")
        assert told.address == f"/organizations/{owner.pk}/"

    def test_a_correction_leads_to_where_it_is_answered(self, editor, owner):
        notice = tell(editor, owner, NoticeKind.CORRECTION, by="架空 天竜システム", field="about")
        (told,) = read([notice], editor)
        assert told.sentence == (
            "架空 天竜システムから、「架空 浜名信用金庫」の「紹介」について訂正の提案がありました。"
        )
        assert told.address == f"/organizations/{owner.pk}/corrections/"

    def test_a_capability_is_named_in_the_readers_language(self, editor, owner):
        notice = tell(editor, owner, by="X", capability="pmo")
        japanese = read([notice], editor)[0].sentence
        with translation.override("en"):
            assert read([notice], editor)[0].sentence != japanese

    def test_reading_costs_the_same_for_one_and_for_three(self, editor, owner, django_assert_num_queries):
        found = [tell(editor, owner, key=str(n), by="X", capability="pmo") for n in range(3)]
        for some in (found[:1], found):
            with django_assert_num_queries(6):
                read(some, editor)


class TestWhatMayNoLongerBeSeen:
    def test_a_notice_tells_nothing_of_an_organization_that_became_invisible(self, small, editor, owner):
        elsewhere = small.partner
        notice = tell(editor, elsewhere, by="架空 秘密の相手", capability="pmo")
        assert "秘密" in read([notice], editor)[0].sentence
        Organization.objects.filter(pk=elsewhere.pk).update(is_active=False)
        (told,) = read([notice], editor)
        assert "秘密" not in told.sentence
        assert elsewhere.name not in told.sentence
        assert told.address == ""

    def test_nor_to_somebody_who_left_the_network(self, editor, owner):
        notice = tell(editor, owner, by="架空 秘密の相手")
        Membership.objects.filter(user=editor).delete()
        page = signed_in(editor).get("/notices/").content.decode()
        assert "秘密" not in page
        assert owner.name not in page
        answer = signed_in(editor).post(f"/notices/{notice.pk}/read/", {"go": "1"})
        assert answer["Location"] == "/notices/"


class TestPages:
    def test_the_bell_says_how_many_in_words(self, editor, owner):
        client = signed_in(editor)
        assert 'data-said="{n}件" hidden></strong></span></a>' in client.get("/account/").content.decode()
        for n in range(3):
            tell(editor, owner, key=str(n))
        page = client.get("/account/").content.decode()
        assert '<strong class="num" data-said="{n}件">3件</strong>' in page
        assert 'class="bell"' in page

    def test_strangers_see_no_bell(self, client):
        assert 'class="bell"' not in client.get("/").content.decode()

    def test_unread_first_then_newest(self, editor, owner):
        *_older, new = [tell(editor, owner, key=str(n), by=f"機関{n}") for n in range(3)]
        Notice.objects.filter(pk__in=[new.pk]).update(read_at=timezone.now())
        page = signed_in(editor).get("/notices/").content.decode()
        assert page.index("機関1が") < page.index("機関0が") < page.index("機関2が")
        assert page.count(">既読にする<") == 2

    def test_opening_one_reads_it_and_goes_there(self, editor, owner):
        notice, other = tell(editor, owner, key="1"), tell(editor, owner, key="2")
        answer = signed_in(editor).post(f"/notices/{notice.pk}/read/", {"go": "1"})
        assert answer["Location"] == f"/organizations/{owner.pk}/"
        assert list(editor.notices.filter(read_at=None)) == [other]

    def test_reading_one_again_keeps_when_it_was_read(self, editor, owner):
        notice = tell(editor, owner)
        client = signed_in(editor)
        client.post(f"/notices/{notice.pk}/read/")
        first = Notice.objects.get(pk=notice.pk).read_at
        client.post(f"/notices/{notice.pk}/read/")
        assert Notice.objects.get(pk=notice.pk).read_at == first

    def test_all_are_read_at_once_and_only_the_own(self, small, editor, owner):
        for person in (editor, small["colleague"]):
            tell(person, owner)
        signed_in(editor).post("/notices/read/")
        assert not editor.notices.filter(read_at=None).exists()
        assert small["colleague"].notices.filter(read_at=None).exists()

    def test_somebody_elses_is_not_there(self, small, editor, owner):
        notice = tell(editor, owner)
        assert signed_in(small["colleague"]).post(f"/notices/{notice.pk}/read/").status_code == 404
        assert Notice.objects.get(pk=notice.pk).read_at is None

    def test_asking_for_a_notice_changes_nothing(self, editor, owner):
        notice = tell(editor, owner)
        assert signed_in(editor).get(f"/notices/{notice.pk}/read/").status_code == 405
        signed_in(editor).get("/notices/")
        assert Notice.objects.get(pk=notice.pk).read_at is None

    @pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "2"])
    def test_pages_that_do_not_exist(self, editor, owner, page):
        tell(editor, owner)
        assert signed_in(editor).get("/notices/", {"page": page}).status_code == 404

    def test_many_come_in_pages(self, editor, owner):
        for n in range(31):
            tell(editor, owner, key=str(n))
        client = signed_in(editor)
        assert client.get("/notices/").content.decode().count('<li class="told unread"') == 30
        assert client.get("/notices/?page=2").content.decode().count('<li class="told unread"') == 1

    def test_nothing_yet_says_what_will_come(self, editor):
        assert "お知らせはまだありません。" in signed_in(editor).get("/notices/").content.decode()


class TestMailOrNot:
    def test_the_choice_is_kept(self, editor):
        client = signed_in(editor)
        assert "お知らせをメールでも受け取る" in client.get("/account/").content.decode()
        client.post("/account/", {"action": "mail", "mail": "none"})
        editor.refresh_from_db()
        assert not editor.wants_mail
        client.post("/account/", {"action": "mail", "mail": "at_once"})
        editor.refresh_from_db()
        assert editor.wants_mail

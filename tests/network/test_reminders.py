"""Asking editors to look again: who is asked, how often, in what words."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from network import actions
from network.models import Capability, Letter, Membership, Notice, Organization, Rating, User
from network.notices import mailing, reminders
from network.vocabulary import NoticeKind, Role
from tests.cast import make_organization, make_person, make_rating

pytestmark = pytest.mark.django_db


def age(organization: Organization, days: float) -> None:
    moment = timezone.now() - timedelta(days=days)
    Rating.objects.filter(organization=organization).update(confirmed_at=moment)


def later(days: float) -> None:
    """So much time goes by: every notice is older."""
    for notice in Notice.objects.all():
        moment = notice.created_at - timedelta(days=days)
        key = notice.key.rpartition(":")[0] + f":{moment:%Y-%m-%d}"
        Notice.objects.filter(pk=notice.pk).update(created_at=moment, key=key)


def asked(user: User) -> list[Notice]:
    return list(user.notices.filter(kind=NoticeKind.RECONFIRM).order_by("pk"))


class TestWhoIsAsked:
    def test_editors_of_what_nobody_confirmed_for_long(self, small):
        age(small.owner, 200)
        assert reminders.remind() == 1
        (notice,) = asked(small["editor"])
        assert notice.organization == small.owner
        assert notice.facts["count"] == 2
        assert notice.facts["oldest"] == timezone.localdate(timezone.now() - timedelta(days=200)).isoformat()
        assert not asked(small["colleague"])
        assert not asked(small["partner_editor"])

    def test_fresh_lines_ask_nothing(self, small):
        age(small.owner, 179)
        assert reminders.remind() == 0
        assert not Notice.objects.exists()
        assert not mail.outbox

    def test_the_limit_is_the_setting(self, small, settings):
        age(small.owner, 40)
        settings.RECONFIRM_AFTER_DAYS = 30
        assert reminders.remind() == 1

    def test_lines_that_were_never_confirmed_have_no_oldest_day(self, small):
        age(small.owner, 10)
        Rating.objects.filter(pk=small.rating("pmo").pk).update(confirmed_at=None)
        reminders.remind()
        assert asked(small["editor"])[0].facts == {"count": 1, "oldest": None}

    def test_capacity_that_was_stated_until_a_day_gone_by(self, small):
        age(small.owner, 1)
        today = timezone.localdate()
        Organization.objects.filter(pk=small.owner.pk).update(capacity_until=today)
        assert reminders.remind() == 0
        Organization.objects.filter(pk=small.owner.pk).update(capacity_until=today - timedelta(days=1))
        assert reminders.remind() == 1
        assert asked(small["editor"])[0].facts == {"until": (today - timedelta(days=1)).isoformat()}

    @pytest.mark.parametrize("without", ["is_active", "editor", "active editor"])
    def test_nobody_where_nobody_could_act(self, small, without):
        age(small.owner, 200)
        if without == "is_active":
            Organization.objects.filter(pk=small.owner.pk).update(is_active=False)
        elif without == "editor":
            Membership.objects.filter(organization=small.owner).update(role=Role.MEMBER)
        else:
            User.objects.filter(pk=small["editor"].pk).update(is_active=False)
        assert reminders.remind() == 0
        assert not Notice.objects.exists()

    def test_only_the_named_ones(self, small):
        make_rating(small.partner, "pmo", 2)
        age(small.owner, 200)
        assert reminders.remind([small.partner.pk]) == 1
        assert not asked(small["editor"])
        assert reminders.remind([]) == 0


class TestHowOften:
    def test_twice_on_one_day_is_once(self, small):
        age(small.owner, 200)
        assert [reminders.remind(), reminders.remind(), reminders.remind([small.owner.pk])] == [1, 0, 0]
        assert len(asked(small["editor"])) == 1
        assert len(mail.outbox) + Letter.objects.filter(sent_at=None).count() == 1

    @pytest.mark.parametrize(("days", "again"), [(29, 0), (31, 1)])
    def test_again_every_thirty_days_while_nothing_was_done(self, small, days, again):
        age(small.owner, 200)
        reminders.remind()
        later(days)
        assert reminders.remind() == again

    def test_a_newer_one_takes_the_place_of_an_older_unread_one(self, small):
        age(small.owner, 200)
        reminders.remind()
        later(31)
        reminders.remind()
        assert [bool(notice.read_at) for notice in asked(small["editor"])] == [True, False]

    def test_no_more_when_everything_was_confirmed(self, small):
        age(small.owner, 200)
        reminders.remind()
        later(31)
        for code in ("pmo", "rfp"):
            actions.confirm(small.owner, capability=Capability.objects.get(code=code), by=small["editor"])
        assert reminders.remind() == 0

    def test_lines_and_capacity_are_asked_apart_and_written_in_one_mail(self, small):
        age(small.owner, 200)
        reminders.remind()
        Organization.objects.filter(pk=small.owner.pk).update(capacity_until=timezone.localdate() - timedelta(days=1))
        assert reminders.remind() == 1
        assert [set(notice.facts) for notice in asked(small["editor"])] == [{"count", "oldest"}, {"until"}]
        later(31)
        Letter.objects.all().delete()
        reminders.remind()
        assert Letter.objects.count() == 1
        assert len(asked(small["editor"])) == 4

    def test_many_come_in_batches_of_few_queries(self, small, monkeypatch, django_assert_max_num_queries):
        monkeypatch.setattr(reminders, "BATCH", 4)
        editor = make_person("busy", wants_mail=False)
        for n in range(9):
            organization = make_organization(f"o{n}")
            Membership.objects.create(user=editor, organization=organization, role=Role.EDITOR)
            make_rating(organization, "pmo", 1)
        age(small.owner, 1)
        with django_assert_max_num_queries(60):
            assert reminders.remind() == 9
        assert editor.notices.count() == 9
        with django_assert_max_num_queries(2):
            assert reminders.remind() == 0


class TestTheMail:
    def body(self, small, **facts) -> str:
        _subject, *parts = reminders.letter(small.owner, reminders.Due(small.owner.pk, **facts))
        return mailing.body_of(*([part] for part in parts))

    def test_it_says_what_where_why_and_how_to_stop(self, small, settings):
        settings.SITE_URL = "https://musubime.example.jp"
        body = self.body(small, count=3)
        for text in (
            "確認をお願いしたい記入が3件あります。",
            f"https://musubime.example.jp/organizations/{small.owner.pk}/reconfirm/",
            "お知らせをメールでも受け取る",
            "https://musubime.example.jp/account/",
        ):
            assert text in body

    def test_it_names_no_line_of_the_record(self, small, django_capture_on_commit_callbacks):
        age(small.owner, 200)
        with django_capture_on_commit_callbacks(execute=True):
            reminders.remind()
        (message,) = mail.outbox
        assert message.to == [small["editor"].email]
        for line in small.owner.ratings.all():
            assert line.capability.name not in message.body
            assert line.note not in message.body

    def test_who_wants_none_is_told_on_the_page_only(self, small):
        User.objects.filter(pk=small["editor"].pk).update(wants_mail=False)
        age(small.owner, 200)
        reminders.remind()
        assert asked(small["editor"])
        assert not Letter.objects.exists()


class TestWhereItRuns:
    def test_the_command_says_how_many(self, small):
        age(small.owner, 200)
        said = io.StringIO()
        call_command("remind", stdout=said)
        assert said.getvalue() == "1機関に知らせました。\n"

    def test_an_editors_visit_where_no_clock_runs(self, small):
        age(small.owner, 200)
        make_rating(small.partner, "pmo", 1)
        page = small.client("editor").get("/").content.decode()
        assert "1件</strong>" in page
        assert not asked(small["partner_editor"])

    @pytest.mark.parametrize("person", ["colleague", "partner", "stranger", "facilitator"])
    def test_nobody_elses_visit(self, small, person):
        age(small.owner, 200)
        small.client(person).get("/")
        assert not Notice.objects.exists()


class TestHome:
    def test_the_next_step_says_how_old_and_leads_to_all(self, small):
        age(small.owner, 245)
        page = small.client("editor").get("/").content.decode()
        assert "の確認から8か月。いまも同じですか。" in page
        assert f"/organizations/{small.owner.pk}/reconfirm/" in page

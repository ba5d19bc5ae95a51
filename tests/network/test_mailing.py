"""Mail as each person wants it: at once, once a day, none; never in the quiet hours; with why and how to stop it."""

import re
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from network.models import DigestLine, Letter, User
from network.notices import mailing
from tests.cast import make_person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""Twelve o'clock in Japan."""


def japan(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=mailing.JAPAN)


def person(name="reader", **values) -> User:
    return make_person(name, **values)


def tell(*people, subject="[結び目] 件名", said="できごと", why="理由", at=NOON):
    with patch.object(timezone, "now", return_value=at):
        mailing.mail(people, subject=subject, said=said, page="/notices/", why=why)


@pytest.mark.parametrize(
    ("start", "end", "moment", "wanted"),
    [
        (None, None, japan(25, 23), japan(25, 23)),
        (22, 7, japan(25, 21, 59), japan(25, 21, 59)),
        (22, 7, japan(25, 22), japan(26, 7)),
        (22, 7, japan(25, 23, 59), japan(26, 7)),
        (22, 7, japan(26, 0), japan(26, 7)),
        (22, 7, japan(26, 6, 59), japan(26, 7)),
        (22, 7, japan(26, 7), japan(26, 7)),
        (12, 13, japan(25, 12, 30), japan(25, 13)),
        (12, 13, japan(25, 13), japan(25, 13)),
        (0, 6, japan(25, 5), japan(25, 6)),
        (18, 0, japan(25, 20), japan(26, 0)),
        (18, 0, japan(26, 0), japan(26, 0)),
    ],
)
def test_quiet_hours_are_hours_in_japan(start, end, moment, wanted):
    asked = User(quiet_from=start, quiet_until=end)
    assert mailing.after_quiet(asked, moment) == wanted
    assert mailing.after_quiet(asked, moment.astimezone(UTC)) == wanted


@pytest.mark.parametrize(
    ("moment", "quiet", "wanted"),
    [
        (japan(25, 7, 59), (None, None), japan(25, 8)),
        (japan(25, 8), (None, None), japan(26, 8)),
        (japan(25, 23), (22, 10), japan(26, 10)),
    ],
)
def test_the_daily_mail_goes_out_in_the_next_morning_or_after_the_quiet_hours(moment, quiet, wanted):
    assert mailing.next_digest(User(quiet_from=quiet[0], quiet_until=quiet[1]), moment) == wanted


def test_at_once_says_what_where_why_and_how_to_stop(settings):
    settings.SITE_URL = "https://musubime.example.jp"
    tell(person())
    [letter] = Letter.objects.all()
    assert letter.due_at == NOON
    for part in ("できごと", "https://musubime.example.jp/notices/", "理由", "止めるには", "/account/"):
        assert part in letter.body


def test_in_the_quiet_hours_the_letter_waits_for_their_end():
    tell(person(quiet_from=10, quiet_until=14))
    assert Letter.objects.get().due_at == japan(25, 14)


def test_who_wants_none_or_is_gone_gets_none():
    tell(person("none", wants_mail=False), person("gone", is_active=False))
    assert not Letter.objects.exists()
    assert not DigestLine.objects.exists()


def test_a_day_becomes_one_mail_with_everything_and_why_it_came():
    daily = person(mail_pace="daily")
    for n in range(3):
        tell(daily, subject=f"[結び目] 件名{n}", said=f"できごと{n}", why="理由" if n else "別の理由")
    assert not Letter.objects.exists()
    with patch.object(timezone, "now", return_value=japan(26, 7, 59)):
        assert mailing.gather() == 0
    with patch.object(timezone, "now", return_value=japan(26, 8)):
        assert [mailing.gather(), mailing.gather()] == [1, 0]
    [letter] = Letter.objects.all()
    assert letter.subject == "[結び目] お知らせのまとめ（3件）"
    assert [letter.body.index(f"できごと{n}") for n in range(3)] == sorted(
        letter.body.index(f"できごと{n}") for n in range(3)
    )
    assert letter.body.count("\n理由\n") == 1
    assert "別の理由" in letter.body
    assert "止めるには" in letter.body


@pytest.mark.parametrize("change", [{"wants_mail": False}, {"is_active": False}])
def test_who_changed_their_mind_meanwhile_gets_no_mail_and_nothing_stays(change):
    daily = person(mail_pace="daily")
    tell(daily)
    User.objects.filter(pk=daily.pk).update(**change)
    with patch.object(timezone, "now", return_value=NOON + timedelta(days=1)):
        assert mailing.gather() == 0
    assert not DigestLine.objects.exists()
    assert not Letter.objects.exists()


def test_each_person_gets_the_own_lines_alone():
    first, second = person("first", mail_pace="daily"), person("second", mail_pace="daily")
    tell(first, said="ひとつめ")
    tell(second, said="ふたつめ")
    with patch.object(timezone, "now", return_value=NOON + timedelta(days=1)):
        assert mailing.gather() == 2
    assert "ふたつめ" not in Letter.objects.get(to=first.email).body
    assert "ひとつめ" not in Letter.objects.get(to=second.email).body


class TestTheForm:
    @pytest.fixture
    def mine(self, client):
        reader = person()
        client.force_login(reader)
        return reader, client

    @pytest.mark.parametrize(
        ("given", "stored"),
        [
            ({"mail": "none"}, (False, "at_once", None, None)),
            ({"mail": "daily"}, (True, "daily", None, None)),
            ({"mail": "at_once", "quiet_from": "22", "quiet_until": "0"}, (True, "at_once", 22, 0)),
        ],
    )
    def test_what_is_chosen_is_kept_and_shown(self, mine, given, stored):
        reader, client = mine
        assert client.post("/account/", {"action": "mail", **given}).status_code == 302
        reader.refresh_from_db()
        assert (reader.wants_mail, reader.mail_pace, reader.quiet_from, reader.quiet_until) == stored
        assert re.search(rf'value="{given["mail"]}"[^>]* checked', client.get("/account/").content.decode())

    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"mail": "weekly"},
            {"mail": "daily", "quiet_from": "22"},
            {"mail": "daily", "quiet_from": "5", "quiet_until": "5"},
            {"mail": "daily", "quiet_from": "24", "quiet_until": "5"},
            {"mail": "daily", "quiet_from": "\x00", "quiet_until": "5"},
        ],
    )
    def test_what_makes_no_sense_is_refused_with_the_form(self, mine, given):
        reader, client = mine
        answer = client.post("/account/", {"action": "mail", **given})
        assert answer.status_code == 422
        assert "errorlist" in answer.content.decode()
        reader.refresh_from_db()
        assert (reader.wants_mail, reader.mail_pace, reader.quiet_from) == (True, "at_once", None)

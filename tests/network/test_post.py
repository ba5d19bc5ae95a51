"""Mail as rows: with the change or not at all, again until it went out, and never a reason to wait."""

import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from network import post
from network.models import Letter

LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Sink(socketserver.ThreadingTCPServer):
    """A mail server of a few words: keeps what it is given, refuses whom it is told to refuse."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *, refuse: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.kept: list[str] = []
        self.refuse = refuse


class Talk(socketserver.StreamRequestHandler):
    server: Sink

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("220 sink")
        for raw in self.rfile:
            verb = raw.decode().strip().upper()
            if verb.startswith("RCPT"):
                self.say(self.server.refuse or "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.kept.append(b"".join(lines).decode())
                self.say("250 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = server.server_address[1], 2
        yield server
        server.shutdown()


@pytest.fixture
def away(settings):
    """Nobody answers there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = free.getsockname()[1]


def letter(**values: object) -> Letter:
    defaults: dict[str, object] = {"to": "a@example.jp", "subject": "件名", "body": "本文", "due_at": timezone.now()}
    return Letter.objects.create(**(defaults | values))


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_out_after_the_commit_and_its_text_is_not_kept():
    with transaction.atomic():
        written = post.write(to="a@example.jp", subject="招待", body="合言葉は鯨")
        assert mail.outbox == []
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@example.jp"], "招待", "合言葉は鯨")
    written.refresh_from_db()
    assert written.sent_at is not None
    assert (written.body, written.problem, written.leased_until, written.attempts) == ("", "", None, 1)


@pytest.mark.django_db(transaction=True)
def test_no_letter_for_a_change_that_failed():
    def fails():
        with transaction.atomic():
            post.write(to="a@example.jp", subject="招待", body="本文")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert mail.outbox == []
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_changes_nothing_for_who_wrote(away):
    post.write(to="a@example.jp", subject="招待", body="本文")
    waiting = Letter.objects.get()
    assert waiting.sent_at is None
    assert waiting.is_failing
    assert "ConnectionRefusedError" in waiting.problem
    assert waiting.body == "本文"
    assert timedelta(seconds=50) < waiting.due_at - timezone.now() < timedelta(seconds=70)
    assert list(post.failing()) == [waiting]


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_asked_once_a_round(away):
    for _number in range(5):
        letter()
    assert post.deliver() == 0
    assert list(Letter.objects.values_list("attempts", flat=True)) == [1, 0, 0, 0, 0]


@pytest.mark.django_db
def test_a_mail_server_that_never_answers_is_not_waited_for(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = SMTP, "127.0.0.1", 0.3
        settings.EMAIL_PORT = silent.getsockname()[1]
        letter()
        began = time.monotonic()
        assert post.deliver() == 0
        assert time.monotonic() - began < 20


def test_whoever_writes_waits_for_a_few_seconds_at_most(settings):
    assert settings.EMAIL_TIMEOUT <= 5


@pytest.mark.django_db
def test_a_real_mail_server_gets_what_was_written(sink):
    letter(subject="架空への招待", body="https://example.jp/join/#abc")
    assert post.deliver() == 1
    assert "https://example.jp/join/#abc" in sink.kept[0]
    assert post.deliver() == 0
    assert len(sink.kept) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "given_up"), [("550 no such user", True), ("450 greylisted", False)])
def test_an_address_that_does_not_exist_is_given_up_at_once_and_one_that_is_busy_is_not(sink, answer, given_up):
    sink.refuse = answer
    first, second = letter(), letter(to="b@example.jp")
    assert post.deliver() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.given_up_at is not None) is given_up
    assert answer.split(" ", 1)[1] in first.problem
    assert second.attempts == 1, "one refused address does not stop the others"


@pytest.mark.django_db
def test_each_failure_waits_longer_and_the_last_gives_up(monkeypatch):
    def refuse(*_arguments, **_more):
        raise SMTPRecipientsRefused({"a@example.jp": (451, b"later")})

    monkeypatch.setattr(post, "send_mail", refuse)
    waiting = letter()
    pauses = []
    for _number in range(post.ATTEMPTS):
        Letter.objects.update(due_at=timezone.now())
        assert post.deliver() == 0
        waiting.refresh_from_db()
        pauses.append(round((waiting.due_at - timezone.now()).total_seconds() / 60))
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 360
    assert waiting.given_up_at is not None
    Letter.objects.update(due_at=timezone.now())
    assert post.deliver() == 0
    waiting.refresh_from_db()
    assert waiting.attempts == post.ATTEMPTS


@pytest.mark.django_db
def test_what_no_mail_server_could_send_is_given_up_and_stops_nobody(settings):
    settings.EMAIL_BACKEND = LOCMEM
    bad, good = letter(subject="二\n行"), letter()
    assert post.deliver() == 1
    bad.refresh_from_db()
    good.refresh_from_db()
    assert bad.given_up_at is not None
    assert "BadHeaderError" in bad.problem
    assert good.sent_at is not None


@pytest.mark.django_db
def test_what_is_not_due_leased_or_withdrawn_stays():
    soon = timezone.now() + timedelta(minutes=5)
    later, leased = letter(due_at=soon), letter(leased_until=soon)
    withdrawn, over = letter(), letter(leased_until=timezone.now() - timedelta(seconds=1))
    post.withdraw(withdrawn)
    assert post.deliver() == 1
    assert list(Letter.objects.exclude(sent_at=None)) == [over]
    withdrawn.refresh_from_db()
    assert withdrawn.body == ""
    assert not {later, leased, withdrawn} & set(post.failing())
    post.withdraw(None)


@pytest.mark.django_db
def test_a_letter_that_went_out_is_not_withdrawn():
    sent = letter()
    post.deliver()
    post.withdraw(sent)
    sent.refresh_from_db()
    assert sent.given_up_at is None


@pytest.mark.django_db
def test_a_given_up_letter_goes_out_when_somebody_asks():
    given_up = letter(attempts=16, given_up_at=timezone.now(), problem="550")
    assert post.deliver() == 0
    assert post.try_again(given_up)
    given_up.refresh_from_db()
    assert given_up.sent_at is not None
    assert not post.try_again(given_up)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_who_writes_takes_along_what_waits():
    """Where no worker runs, nobody else would send it."""
    letter(to="old@example.jp", attempts=1)
    post.write(to="new@example.jp", subject="件名", body="本文")
    assert [sent.to for sent in mail.outbox] == [["new@example.jp"], ["old@example.jp"]]


@pytest.mark.django_db
def test_the_worker_sends_what_is_due(capsys):
    letter()
    call_command("worker", "--once")
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_mail_about_accounts_goes_by_the_same_post(client, away, make_user):
    """A mail server that is away must not tell who has an account, by an error or otherwise."""
    make_user("known@example.jp")
    answers = [client.post("/accounts/password/reset/", {"email": f"{who}@example.jp"}) for who in ("known", "unknown")]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert set(Letter.objects.values_list("to", flat=True)) == {"known@example.jp", "unknown@example.jp"}
    assert len({bool(waiting.problem) for waiting in Letter.objects.all()}) == 1


@pytest.fixture
def make_user():
    from network.models import User

    return lambda email: User.objects.create_user(email, "a-long-password-2026")

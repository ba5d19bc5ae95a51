"""Mail: written as a row with the change it tells of, sent afterwards, again until it went out."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from network.models import Letter

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""After it another process takes a letter over; longer than a mail server may take."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
ATTEMPTS = 16
"""Two and a half days of trying; then it is given up."""
WITH_IT = 5
"""How many older letters one who writes a new one takes along: where no worker runs, nobody else would."""


def write(*, to: str, subject: str, body: str, due_at: datetime | None = None) -> Letter:
    """A mail that goes out after the caller's transaction, or not at all when that fails; not before `due_at`."""
    letter = Letter.objects.create(to=to, subject=subject[:200], body=body, due_at=due_at or timezone.now())
    transaction.on_commit(lambda: _post(letter.pk), robust=True)
    return letter


def withdraw(letter: Letter | None) -> None:
    """What it says no longer holds: it does not go out, and what it says is forgotten. One that went out stays."""
    if letter is not None:
        Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).update(given_up_at=timezone.now(), body="")


def failing() -> QuerySet[Letter]:
    """Letters that were tried and did not go out, newest first; those that were withdrawn are none of them."""
    return Letter.objects.filter(sent_at__isnull=True, attempts__gt=0).exclude(body="").order_by("-pk")


def try_again(letter: Letter) -> bool:
    """Send a letter now that failed; True when it went out."""
    fresh = Letter.objects.filter(pk=letter.pk, sent_at__isnull=True).exclude(body="")
    fresh.update(due_at=timezone.now(), given_up_at=None, attempts=1)
    return deliver(letters=[letter.pk]) == 1


def deliver(*, letters: list[int] | None = None, limit: int = 100) -> int:
    """Send what is due, or of these letters what is due; returns how many went out.

    A letter is leased first, so that two processes never send the same at once; one that fails waits longer each time.
    A mail server that does not answer is not asked again in the same round.
    """
    due = _free().filter(due_at__lte=timezone.now())
    if letters is not None:
        due = due.filter(pk__in=letters)
    sent = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            sent += _sent(pk)
        except MailServerAwayError:
            break
    return sent


class MailServerAwayError(Exception):
    """The mail server did not answer: the next letter would not go out either."""


def _post(pk: int) -> None:
    if deliver(letters=[pk]):
        deliver(limit=WITH_IT)


def _free() -> QuerySet[Letter]:
    nobody = Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())
    return Letter.objects.filter(nobody, sent_at__isnull=True, given_up_at__isnull=True)


def _sent(pk: int) -> bool:
    """Send one letter unless somebody else does; True when it went out. Raises MailServerAwayError."""
    now = timezone.now()
    if not _free().filter(pk=pk).update(leased_until=now + LEASE):
        return False
    letter = Letter.objects.get(pk=pk)
    try:
        send_mail(letter.subject, letter.body, None, [letter.to])
    except Exception as problem:  # whatever a mail server, an address or a subject comes up with, the letter waits
        _failed(letter, problem)
        if isinstance(problem, OSError) and not isinstance(problem, (SMTPRecipientsRefused, SMTPResponseException)):
            raise MailServerAwayError from problem
        return False
    # What it said, which may be a secret, is not kept. Only these fields: it may have been withdrawn meanwhile.
    Letter.objects.filter(pk=pk).update(
        sent_at=timezone.now(), attempts=letter.attempts + 1, problem="", body="", leased_until=None, given_up_at=None
    )
    return True


def _failed(letter: Letter, problem: Exception) -> None:
    attempts, now = letter.attempts + 1, timezone.now()
    logger.warning("letter %d did not go out (attempt %d): %s", letter.pk, attempts, type(problem).__name__)
    changes = {
        "attempts": attempts,
        "problem": f"{type(problem).__name__}: {problem}".replace("\0", "")[:200],
        "due_at": now + min(FIRST_PAUSE * 2 ** min(attempts - 1, 12), LONGEST_PAUSE),
        "leased_until": None,
    }
    if attempts >= ATTEMPTS or _final(problem):
        changes["given_up_at"] = now
    Letter.objects.filter(pk=letter.pk, given_up_at__isnull=True).update(**changes)


def _final(problem: Exception) -> bool:
    """True where trying again cannot help: the address is unknown there (5xx), or it is none."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in problem.recipients.values())
    return isinstance(problem, ValueError)

"""Calling back what was taken out: the log knows who has a copy."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from casebook.models import Case, LogEntry
from casebook.notices import leave
from casebook.vocabulary import LogAction
from network.models import User
from network.notices.mailing import mail


@dataclass(frozen=True, slots=True)
class Exporter:
    """Somebody with a copy: who, in whose name, how often, and which version last. `user` is None for the operator's
    commands and for a person whose account is gone."""

    reader: int | None
    name: str
    belongs_to: str
    times: int
    last: datetime
    version: int
    why: str
    user: User | None


def exported(case: Case) -> list[Exporter]:
    """Everybody who took the case out, the last first; one line a person, with what was said the last time."""
    found: dict[int | None, list[LogEntry]] = {}
    for entry in LogEntry.objects.filter(case=case.pk, action=LogAction.EXPORT).order_by("-at", "-pk"):
        found.setdefault(entry.reader, []).append(entry)
    users = User.objects.in_bulk([reader for reader in found if reader])
    return [_exporter(entries, users.get(reader or 0)) for reader, entries in found.items()]


def _exporter(entries: list[LogEntry], user: User | None) -> Exporter:
    last = entries[0]
    return Exporter(
        reader=last.reader,
        name=last.reader_name,
        belongs_to=last.reader_of,
        times=len(entries),
        last=last.at,
        version=last.version,
        why=last.why,
        user=user,
    )


@transaction.atomic
def tell_exporters(case: Case, *, by: User) -> int:
    """Ask everybody who took the case out, but for who does this, to destroy the copy; how many were told.

    The notice names the case's id and the day of the export, nothing that its receiver may no longer read. Part of the
    caller's transaction; told once for each withdrawal, not once ever.
    """
    told = {one.user: one for one in exported(case) if one.user and one.user.is_active and one.user != by}
    moment = timezone.now().isoformat()
    for person, one in told.items():
        day = timezone.localdate(one.last).isoformat()
        leave([person], case, "recall", key=f"{case.pk}:{moment}", reference=case.external_id, exported_on=day)
    mail(
        told,
        subject=gettext_lazy("書き出した事例の写しを消してください"),
        said=gettext_lazy("書き出した事例の公開が終わりました。どの事例かは、お知らせの画面で確かめてください。"),
        page=reverse("network:notices"),
        why=gettext_lazy("この事例を書き出した方にお送りしています。"),
    )
    return len(told)

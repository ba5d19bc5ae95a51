"""What people are told who are named to a need, and their mail: nothing of the need stands in either, but its title
where the reader sees it."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from matching.models import Need
from network.access import Reader
from network.models import Notice, User
from network.notices.mailing import mail
from network.notices.telling import tell

KIND = "need"


def teller(notices: Iterable[Notice], reader: Reader) -> dict[int, tuple[str, str]]:
    """Sentence and address of each notice that the reader may be told now, by its id."""
    found = list(notices)
    needs = Need.objects.visible_to(reader).in_bulk({_subject(notice) for notice in found})
    told = {}
    for notice in found:
        facts = {"by": _text(notice, "by"), "lab": _text(notice, "lab")}
        need = needs.get(_subject(notice))
        if notice.facts.get("what") == "unnamed":
            said = _("%(by)sさんが、%(lab)sの案件の共同担当からあなたを外しました。") % facts
            told[notice.pk] = (said, reverse("matching:needs"))
        elif need is not None:
            said = _("%(by)sさんが、あなたを「%(title)s」（%(lab)s）の共同担当に加えました。") % (
                facts | {"title": need.title}
            )
            told[notice.pk] = (said, reverse("matching:need", args=[need.pk]))
    return told


def _subject(notice: Notice) -> int:
    found = notice.facts.get("subject")
    return found if isinstance(found, int) else 0


def _text(notice: Notice, name: str) -> str:
    found = notice.facts.get(name)
    return found if isinstance(found, str) else "…"


def leave_named(need: Need, person: User, *, by: User, key: str) -> None:
    """Tell the person of the need, in the app and by mail, in the caller's transaction."""
    _leave(need, person, "named", by, key)
    mail(
        [person],
        subject=_("[結び目] 案件の共同担当になりました"),
        said=_("%(lab)sの案件の共同担当に加えられました。内容は画面でご覧ください。") % {"lab": need.lab.name},
        page=reverse("matching:need", args=[need.pk]),
        why=_("案件の共同担当に加えられたため、お送りしています。"),
    )


def leave_unnamed(need: Need, person: User, *, by: User, key: str) -> None:
    """Tell the person that it is over."""
    _leave(need, person, "unnamed", by, key)


def _leave(need: Need, person: User, what: str, by: User, key: str) -> None:
    facts = {"subject": need.pk, "what": what, "by": by.called, "lab": need.lab.name}
    tell([person], kind=KIND, key=f"need:{what}:{need.pk}:{key}", facts=facts)

"""What the notices of search say: made from what the receiver may see when they are read."""

from collections.abc import Callable, Iterable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from network.access import Reader
from network.models import Notice, User
from network.notices.telling import tell
from search.alerts import fresh
from search.records import Inquiry, SavedSearch

KIND = "search"

Told = dict[int, tuple[str, str]]
"""Sentence and address by the notice's id."""


def leave(people: Iterable[User], what: str, *, key: str, **facts: int) -> None:
    """Leave a notice with each of them, in the caller's transaction; the same `key` is told a person once, ever.

    `what` is a name of SAY; `facts` are ids, and no words.
    """
    tell(people, kind=KIND, key=f"search:{what}:{key}", facts={"what": what, **facts})


def teller(notices: Iterable[Notice], reader: Reader) -> Mapping[int, tuple[str, str]]:
    """Sentence and address of each notice that the reader may be told now, by its id."""
    notices, told = list(notices), Told()
    for what, say in SAY.items():
        some = {notice.pk: notice.facts for notice in notices if notice.facts.get("what") == what}
        if some:
            told |= say(some, reader)
    return told


def _matches(facts: Mapping[int, Mapping[str, object]], reader: Reader) -> Told:
    """How many cases answer anew, counted now; their titles stand on the page alone."""
    own = SavedSearch.objects.visible_to(reader).in_bulk(_ids(facts, "saved"))
    new = fresh(own.values(), reader)
    return {
        pk: (_news(saved.name, len(new[saved.pk])), f"{reverse('search:saved')}#saved-{saved.pk}")
        for pk, known in facts.items()
        if (saved := own.get(_id(known, "saved")))
    }


def _news(name: str, count: int) -> str:
    if not count:
        return _("保存した検索「%(name)s」に、いま新しい事例はありません。") % {"name": name}
    said = ngettext(
        "保存した検索「%(name)s」に、新しく%(n)d件の事例が見つかりました。",
        "保存した検索「%(name)s」に、新しく%(n)d件の事例が見つかりました。",
        count,
    )
    return said % {"name": name, "n": count}


def _inquiry(facts: Mapping[int, Mapping[str, object]], reader: Reader) -> Told:
    def said(inquiry: Inquiry) -> str:
        who = inquiry.on_behalf_of or _("利用者")
        return _("%(by)sの方から、事例が見つからなかったことについて質問が届きました。") % {"by": who}

    return _about(facts, reader, said)


def _reply(facts: Mapping[int, Mapping[str, object]], reader: Reader) -> Told:
    return _about(facts, reader, lambda _inquiry: _("ネットワークへの質問に、回答がありました。"))


def _about(facts: Mapping[int, Mapping[str, object]], reader: Reader, said: Callable[[Inquiry], str]) -> Told:
    found = Inquiry.objects.visible_to(reader).in_bulk(_ids(facts, "inquiry"))
    return {
        pk: (said(inquiry), f"{reverse('search:inquiries')}#inquiry-{inquiry.pk}")
        for pk, known in facts.items()
        if (inquiry := found.get(_id(known, "inquiry")))
    }


def _ids(facts: Mapping[int, Mapping[str, object]], name: str) -> set[int]:
    return {_id(known, name) for known in facts.values()}


def _id(facts: Mapping[str, object], name: str) -> int:
    found = facts.get(name)
    return found if isinstance(found, int) else 0


SAY: dict[str, Callable[[Mapping[int, Mapping[str, object]], Reader], Told]] = {
    "matches": _matches,
    "inquiry": _inquiry,
    "reply": _reply,
}
"""By `facts["what"]`."""

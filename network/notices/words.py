"""What a notice says and where it leads: made when it is read, from what the reader may see then."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from network.access import Reader, is_steward, organization_ids_of
from network.history.words import path_label
from network.models import Capability, Notice, Organization
from network.vocabulary import ApplicationState, CorrectionState, NoticeKind, PartnershipState, Role

INSIDE = frozenset(
    {
        NoticeKind.RECONFIRM,
        NoticeKind.CORRECTION,
        NoticeKind.PARTNERSHIP,
        NoticeKind.PARTNERSHIP_ANSWER,
        NoticeKind.TIE,
    }
)
"""What these tell is known to members of the organization, and not always to the network."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as its receiver reads it; `address` is where one acts, empty where there is nothing to do."""

    notice: Notice
    sentence: str
    address: str

    @property
    def title(self) -> str:
        return str(TELLERS[self.notice.kind].label if self.notice.kind in TELLERS else self.notice.get_kind_display())


Tell = Callable[[Iterable[Notice], Reader], Mapping[int, tuple[str, str]]]
"""Sentence and address of each of the notices that the reader may be told now, by its id; no other is told."""


@dataclass(frozen=True, slots=True)
class Teller:
    """How a room above the registry tells its own notices."""

    label: str | Promise
    tell: Tell


TELLERS: dict[str, Teller] = {}
"""By the kind of notice; rooms above the registry add theirs (`register`) when they start."""


def register(kind: str, *, label: str | Promise, tell: Tell) -> None:
    """Have notices of this kind told by the room that leaves them."""
    TELLERS[kind] = Teller(label, tell)


class Facts:
    """The facts of one notice, each as what the sentence needs; one that is missing or odd is a plain word."""

    def __init__(self, facts: Mapping[str, Any], organization: Organization | None, names: Mapping[str, str]) -> None:
        self.known = facts if isinstance(facts, Mapping) else {}
        self.organization, self.names = organization, names

    def text(self, name: str, otherwise: str = "") -> str:
        value = self.known.get(name)
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else otherwise

    def day(self, name: str) -> str:
        found = day_of(self.text(name))
        return date_format(found, "DATE_FORMAT") if found else ""

    def word(self, name: str, words: Any) -> str:
        """The label of a choice; empty for one nobody knows."""
        return str(dict(words.choices).get(self.text(name), ""))

    def say(self, words: str, **more: str) -> str:
        """The sentence with its places filled."""
        code = self.text("capability")
        return words % {
            "name": self.organization.name if self.organization else _("機関"),
            "by": self.text("by", _("ほかの機関")),
            "capability": self.names.get(code, code) or _("支援領域"),
            "count": self.text("count", "1"),
            "field": path_label(self.text("field"), self.names),
            **more,
        }


def day_of(text: str) -> date | None:
    """The day at the start of an ISO date or moment."""
    try:
        return parse_date(text[:10])
    except ValueError:
        return None


def read(notices: Iterable[Notice], reader: Reader) -> list[Told]:
    """The notices in words. Of an organization that the reader may no longer see, a notice tells nothing; nor does one
    of what is known inside only, to who belongs there no more."""
    notices = list(notices)
    elsewhere = _told_elsewhere([notice for notice in notices if notice.kind in TELLERS], reader)
    wanted = {pk for notice in notices for pk in (notice.organization_id, _speaker(notice)) if pk}
    seen = Organization.objects.visible_to(reader).in_bulk(wanted)
    own = set(organization_ids_of(reader)) if notices else set()
    names = {capability.code: capability.name for capability in Capability.objects.all()} if notices else {}

    def is_hidden(notice: Notice) -> bool:
        if notice.kind == NoticeKind.APPLICATION:
            return not is_steward(reader)
        inside = notice.kind in INSIDE and notice.organization_id not in own
        return inside or (notice.organization_id is not None and notice.organization_id not in seen)

    return [
        elsewhere[notice.pk]
        if notice.kind in TELLERS
        else _hidden(notice)
        if is_hidden(notice)
        else _told(notice, seen, names)
        for notice in notices
    ]


def _told_elsewhere(notices: list[Notice], reader: Reader) -> dict[int, Told]:
    """The notices of the rooms above, told by these."""
    found: dict[int, Told] = {}
    for kind in {notice.kind for notice in notices}:
        some = [notice for notice in notices if notice.kind == kind]
        told = TELLERS[kind].tell(some, reader)
        found |= {one.pk: Told(one, *told[one.pk]) if one.pk in told else _hidden(one) for one in some}
    return found


def _speaker(notice: Notice) -> int | None:
    """The id of the organization that the notice names beside its own."""
    found = notice.facts.get("by_id") if isinstance(notice.facts, Mapping) else None
    return found if isinstance(found, int) else None


def _hidden(notice: Notice) -> Told:
    return Told(notice, _("内容は、いまはご覧になれません。所属や公開の範囲が変わりました。"), "")


def _told(notice: Notice, seen: Mapping[int, Organization], names: Mapping[str, str]) -> Told:
    organization = seen.get(notice.organization_id) if notice.organization_id else None
    known = dict(notice.facts) if isinstance(notice.facts, Mapping) else {}
    if (speaker := _speaker(notice)) is not None:
        known["by"] = seen[speaker].name if speaker in seen else ""
    facts = Facts(known, organization, names)
    try:
        sentence, route = SENTENCES[NoticeKind(notice.kind)](facts)
    except ValueError:  # a kind of a newer version
        return Told(notice, str(notice.kind), "")
    return Told(notice, sentence, _address(route, organization))


def _address(route: str, organization: Organization | None) -> str:
    """Where one acts; the record itself where that page does not exist."""
    places = [[organization.pk], []] if organization else [[]]
    for name in (route, "network:organization"):
        for arguments in places:
            try:
                return reverse(name, args=arguments)
            except NoReverseMatch:
                continue
    return ""


def _reconfirm(facts: Facts) -> tuple[str, str]:
    if facts.text("until"):
        words = _("「%(name)s」の受付の状況は、期限（%(until)s）を過ぎました。いまの状況をお知らせください。")
        return facts.say(words, until=facts.day("until")), "network:capacity"
    oldest = facts.day("oldest")
    words = _("「%(name)s」の記入のうち%(count)s件を、しばらく確認していません。いまも同じかどうかをお知らせください。")
    if oldest:
        words = _("「%(name)s」の記入のうち%(count)s件を、しばらく確認していません。いちばん古い確認は%(oldest)sです。")
    return facts.say(words, oldest=oldest), "network:reconfirm"


def _correction(facts: Facts) -> tuple[str, str]:
    words = _("%(by)sから、「%(name)s」の「%(field)s」について訂正の提案がありました。")
    return facts.say(words), "network:corrections_to"


def _correction_answer(facts: Facts) -> tuple[str, str]:
    words = {
        str(CorrectionState.ACCEPTED): _("「%(name)s」の「%(field)s」への訂正の提案が、反映されました。"),
        str(CorrectionState.DECLINED): _("「%(name)s」の「%(field)s」への訂正の提案は、見送りになりました。"),
    }
    otherwise = _("「%(name)s」の「%(field)s」への訂正の提案に、回答がありました。")
    return facts.say(words.get(facts.text("state"), otherwise)), "network:my_corrections"


def _partnership(facts: Facts) -> tuple[str, str]:
    words = _("「%(name)s」の連携関係について、%(by)sから確認の依頼が届いています。")
    return facts.say(words), "network:partnerships"


def _partnership_answer(facts: Facts) -> tuple[str, str]:
    state = facts.word("state", PartnershipState)
    words = _("「%(name)s」の連携関係について、%(by)sから回答がありました。")
    if state:
        words = _("「%(name)s」の連携関係について、%(by)sから回答がありました（%(state)s）。")
    return facts.say(words, state=state), "network:partnerships"


def _tie(facts: Facts) -> tuple[str, str]:
    return facts.say(_("「%(name)s」の利害関係を、%(by)sが開示しました。内容をご確認ください。")), "network:ties"


def _vouched(facts: Facts) -> tuple[str, str]:
    return facts.say(_("%(by)sが、「%(name)s」の「%(capability)s」を確認しました。")), "network:organization"


def _application(facts: Facts) -> tuple[str, str]:
    state = facts.word("state", ApplicationState)
    words = _("%(by)sから登録の申請が届いています。承認するか、見送るかをお決めください。")
    if facts.text("state") in {ApplicationState.APPROVED, ApplicationState.DECLINED}:
        words = _("%(by)sの登録の申請に回答がありました（%(state)s）。")
    return facts.say(words, state=state), "network:applications"


def _membership(facts: Facts) -> tuple[str, str]:
    role = facts.word("role", Role)
    words = _("「%(name)s」での所属が変わりました。")
    if role:
        words = _("「%(name)s」での所属が変わりました。いまの役割は「%(role)s」です。")
    return facts.say(words, role=role), "network:members"


def _merged(facts: Facts) -> tuple[str, str]:
    if facts.known.get("undone"):
        return facts.say(
            _("「%(name)s」と「%(by)s」の統合が取り消され、二つの登録に戻りました。")
        ), "network:organization"
    return facts.say(_("重複していた登録（%(by)s）を、「%(name)s」にまとめました。")), "network:organization"


SENTENCES: dict[NoticeKind, Callable[[Facts], tuple[str, str]]] = {
    NoticeKind.RECONFIRM: _reconfirm,
    NoticeKind.CORRECTION: _correction,
    NoticeKind.CORRECTION_ANSWER: _correction_answer,
    NoticeKind.PARTNERSHIP: _partnership,
    NoticeKind.PARTNERSHIP_ANSWER: _partnership_answer,
    NoticeKind.TIE: _tie,
    NoticeKind.VOUCHED: _vouched,
    NoticeKind.APPLICATION: _application,
    NoticeKind.MEMBERSHIP: _membership,
    NoticeKind.MERGED: _merged,
}
"""For every kind: the sentence, and the route where one acts."""

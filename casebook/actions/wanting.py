"""Which consents a text needs, and which of them are there.

A text needs a word of the client, unless it is of a kind that has none, and of every organization that took part: on
exactly this text, wide enough for everybody who is to read it, and holding today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.models import Case, Consent, Grant
from casebook.vocabulary import Basis, ConsentState, Naming, Scope, SectionKind
from casebook.writing.content import Content
from casebook.writing.texts import Text
from network.access import NETWORK, PUBLIC
from network.models import Organization

WIDTH = {scope: width for width, scope in enumerate(Scope.values)}
CLOSENESS = {Naming.ANONYMOUS: 0, Naming.REGION: 1, Naming.REAL: 2}
"""How much of the client a way of naming gives away."""
NAMES_NOBODY = frozenset({Basis.OWN, Basis.PUBLISHED, Basis.FICTION})
"""Cases without a client who could be harmed: one's own work, what is public already, what is invented."""
SOON = 30
"""So many days before its last one, a consent is said to end soon, and may be asked for again."""
NOBODY = -1
"""The width of a text that nobody outside reads."""
Party = int | None
"""An organization's id; None is the client."""


class ConsentWantingError(Exception):
    """Consents are missing; `wanting` names them."""

    def __init__(self, wanting: "list[Wanting]") -> None:
        super().__init__("consents are missing")
        self.wanting = wanting


@dataclass(frozen=True, slots=True)
class Wanting:
    """A consent that a publication still needs. `organization` is None for the client."""

    organization: Organization | None
    why: str
    """`nothing`, `asked`, `declined`, `withdrawn`, `lapsed`, `other_text`, `scope` or `naming`."""
    message: str


def width_of(key: str) -> int:
    """How far a key lets a text travel, as a place in WIDTH."""
    return WIDTH[{PUBLIC: Scope.PUBLIC, NETWORK: Scope.NETWORK}.get(key, Scope.NAMED)]


def consents_allow(case: Case, key: str, kind: str = "") -> bool:
    """Whether the consents that the published text rests on let this section accept this key.

    A text that was published to nobody rests on none, and nobody outside is let in before they are there. True without
    any for a case that a file brought, for the owner's own members, and where nobody needs to be asked.
    """
    if key == f"org:{case.owner_id}":
        return True
    binding = list(case.consents.filter(binding=True))
    took = case.participants.values_list("organization_id", flat=True)
    agreed = {one.organization_id for one in binding}
    if case.version and not parties_of(case.basis, took, case.owner_id) <= agreed:
        return False
    today = timezone.localdate()
    if not all(one.holds_on(today) and width_of(key) <= WIDTH[one.scope] for one in binding):
        return False
    clients = [one for one in binding if one.organization_id is None]
    return kind != SectionKind.IDENTITY or all(one.naming == Naming.REAL for one in clients)


def parties_of(basis: str, took: Iterable[int], owner: int) -> set[Party]:
    """Who has a word to say on a text of this kind in which these organizations took part."""
    client: set[Party] = set() if basis in NAMES_NOBODY else {None}
    return client | (set(took) - {owner})


def parties(case: Case, content: Content) -> set[Party]:
    """Who has a word to say on this text."""
    return parties_of(content.basis, (one.organization for one in content.participants), case.owner_id)


def keys_now(case: Case) -> dict[str, set[str]]:
    """The keys that each section accepts today, by its kind."""
    found: dict[str, set[str]] = {kind: set() for kind in case.sections.values_list("kind", flat=True)}
    for kind, key in Grant.objects.in_force().filter(section__case=case).values_list("section__kind", "key"):
        found[kind].add(key)
    return found


def keys_planned(case: Case, content: Content) -> dict[str, set[str]]:
    """The keys by section kind that publishing the content would leave."""
    live = keys_now(case)
    planned = {kind: set(audience.keys) for kind, audience in content.audience.items()}
    return {kind: planned.get(kind, live.get(kind, set())) for kind in content.sections}


def reach(case: Case, keys: Mapping[str, set[str]]) -> int:
    """How far these keys let a text travel, as a place in WIDTH; NOBODY where it stays inside."""
    outside = {key for accepted in keys.values() for key in accepted} - {f"org:{case.owner_id}"}
    return max(map(width_of, outside), default=NOBODY)


def wanting(case: Case, text: Text, keys: Mapping[str, set[str]]) -> list[Wanting]:
    """The consents that opening this text to these keys still needs: the client's first, then each participant's.

    None where nobody outside the owning organization would read it.
    """
    widest = reach(case, keys)
    if widest == NOBODY:
        return []
    found, today = newest(case, text.digest), timezone.localdate()
    needed = parties(case, text.content)
    named = Organization.objects.in_bulk([pk for pk in needed if pk is not None])
    answers: list[Wanting] = []
    for party in sorted(needed, key=lambda pk: pk or 0):
        organization = named.get(party) if party is not None else None
        consent = found.get(party)
        why = why_not(consent, text.digest, widest, today)
        if why:
            who = organization.name if organization else _("お客様")
            answers.append(Wanting(organization, why, reasons()[why] % {"who": who}))
        elif party is None and consent is not None:
            answers += [Wanting(None, "naming", said) for said in _names_too_much(consent, text.content, keys)]
    return answers


def newest(case: Case, digest: str) -> dict[Party, Consent]:
    """The last word of each party on the text with this digest, else its last word on any, by the organization's id;
    None is the client. What was said on another text is not for this one, and takes nothing from it."""
    entries = list(case.consents.order_by("pk"))
    on_this = {one.organization_id: one for one in entries if one.digest == digest}
    return {one.organization_id: one for one in entries} | on_this


def why_not(consent: Consent | None, digest: str, widest: int, today: date) -> str:
    """Why a party's last word does not carry this text so far, as in `Wanting.why`; empty where it does."""
    if consent is None:
        return "nothing"
    if consent.withdrawn_at is not None:
        return "withdrawn"
    if consent.digest != digest:
        return "other_text"
    if consent.state != ConsentState.GIVEN:
        return str(consent.state)
    if not consent.holds_on(today):
        return "lapsed"
    return "scope" if WIDTH[consent.scope] < widest else ""


def ends_soon(consent: Consent | None, today: date) -> bool:
    """Whether it holds and has its last day within SOON days."""
    if consent is None or consent.until is None or not consent.holds_on(today):
        return False
    return (consent.until - today).days < SOON


def reasons() -> dict[str, str]:
    """Why a consent does not carry a publication, in the reader's language."""
    return {
        "nothing": _("%(who)sの同意がまだありません。"),
        "asked": _("%(who)sの回答を待っています。"),
        "declined": _("%(who)sは、この本文を辞退しました。"),
        "withdrawn": _("%(who)sの同意は撤回されています。"),
        "lapsed": _("%(who)sの同意は期限が過ぎています。"),
        "other_text": _("本文が変わったため、%(who)sにもう一度同意を求めてください。"),
        "scope": _("%(who)sの同意は、選んだ公開範囲まで及んでいません。範囲をせまくするか、同意を取り直してください。"),
    }


def bind(case: Case, text: Text) -> None:
    """Let the published text rest on the consents that were given to it and hold, and on no others."""
    needed, today = parties(case, text.content), timezone.localdate()
    carrying = [
        consent.pk
        for party, consent in newest(case, text.digest).items()
        if party in needed and consent.digest == text.digest and consent.holds_on(today)
    ]
    case.consents.filter(binding=True).exclude(pk__in=carrying).update(binding=False)
    case.consents.filter(pk__in=carrying).update(binding=True)


def _names_too_much(consent: Consent, content: Content, keys: Mapping[str, set[str]]) -> list[str]:
    """What the client's consent does not let be named."""
    found: list[str] = []
    drafted, agreed = Naming(content.naming), Naming(consent.naming)
    if CLOSENESS[drafted] > CLOSENESS[agreed]:
        said = _("本文の名前の出し方は「%(drafted)s」ですが、お客様の同意は「%(agreed)s」までです。")
        found.append(said % {"drafted": drafted.label, "agreed": agreed.label})
    if agreed != Naming.REAL and keys.get(SectionKind.IDENTITY):
        found.append(_("お客様の同意は実名を認めていません。「実名・連絡先」を自機関だけにしてください。"))
    if agreed == Naming.ANONYMOUS and (content.industry or content.prefecture or content.municipality):
        found.append(_("お客様の同意は匿名です。業種と所在地を空にしてください。"))
    return found

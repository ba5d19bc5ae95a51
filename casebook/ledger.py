"""The consent ledger of one case as its owner reads it: who has a word on which text, and who said what when."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.actions.consenting import called, renewals, with_editors
from casebook.actions.wanting import (
    NOBODY,
    Wanting,
    ends_soon,
    keys_now,
    keys_planned,
    newest,
    parties,
    reach,
    wanting,
    why_not,
)
from casebook.models import Case, Consent
from casebook.vocabulary import CaseState, ConsentState
from casebook.writing.texts import Text, texts_of
from network.models import Organization


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One who has a word on a text. `organization` is None for the client."""

    organization: Organization | None
    why: str
    """As in `Wanting.why`, for the way the text is to travel; empty where the word carries it."""
    ends_soon: bool
    """It carries the text, and not for long: a new one is asked for in time."""
    answers_itself: bool
    """It has an editor who is asked on the site; for all others the owner writes down what was said."""

    @property
    def name(self) -> str:
        return self.organization.name if self.organization else _("お客様")

    @property
    def is_open(self) -> bool:
        """Whether there is something to ask for."""
        return bool(self.why) or self.ends_soon


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text with everybody who has a word on it."""

    text: Text
    inside_only: bool
    """Nobody outside is to read it: then nobody needs to be asked."""
    parties: list[PartyRow]
    wanting: list[Wanting]
    renewals: list[Consent]
    """Of the published text: consents that it does not rest on yet."""

    @property
    def short(self) -> str:
        """The first letters of the digest: what paper and screen are compared by."""
        return short(self.text.digest)

    @property
    def can_ask(self) -> bool:
        return any(row.answers_itself and row.is_open and row.why != "asked" for row in self.parties)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    consent: Consent
    name: str
    about: str
    """`draft`, `live` or `past`: which text it was said on."""
    status: str
    """`asked`, `declined`, `withdrawn`, `lapsed`, `soon` or `given`."""
    may_withdraw: bool

    @property
    def short(self) -> str:
        return short(self.consent.digest)


@dataclass(frozen=True, slots=True)
class Ledger:
    case: Case
    texts: list[TextRow] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    broken: bool = False
    """A consent that the published text rests on does not hold: nobody outside reads it."""


def ledger_of(case: Case) -> Ledger:
    """The ledger, newest entries first; a fixed number of queries for any number of them."""
    texts = texts_of(case)
    people = ("organization", "asked_by", "answered_by", "withdrawn_by")
    entries = list(case.consents.select_related(*people).order_by("-pk"))
    asked_here = with_editors([one.organization_id for one in entries if one.organization_id])
    about = {text.digest: "draft" if text.is_draft else "live" for text in reversed(texts)}
    rows = [_entry(one, about.get(one.digest, "past"), asked_here) for one in entries]
    broken = case.state == CaseState.PUBLISHED and is_broken(case)
    return Ledger(case, [_text_row(case, text) for text in texts], rows, broken)


def is_broken(case: Case) -> bool:
    """Whether a consent that the published text rests on does not hold today."""
    return case.consents.broken_on(timezone.localdate()).exists()


def next_end(case: Case) -> date | None:
    """The last day of the first consent that ends, of those the published text rests on."""
    binding = case.consents.filter(binding=True, until__isnull=False, withdrawn_at=None)
    return binding.order_by("until").values_list("until", flat=True).first()


def short(digest: str) -> str:
    """A digest as one compares it by eye: `3f2a 9c41 07be`."""
    return " ".join(digest[start : start + 4] for start in (0, 4, 8))


def _text_row(case: Case, text: Text) -> TextRow:
    keys = keys_planned(case, text.content) if text.is_draft else keys_now(case)
    widest, found, today = reach(case, keys), newest(case, text.digest), timezone.localdate()
    needed = parties(case, text.content)
    named = Organization.objects.in_bulk([pk for pk in needed if pk is not None])
    themselves = with_editors(list(named))
    rows = [
        PartyRow(
            named.get(pk) if pk is not None else None,
            why_not(found.get(pk), text.digest, max(widest, 0), today),
            ends_soon(found.get(pk), today),
            pk in themselves,
        )
        for pk in sorted(needed, key=lambda pk: pk or 0)
    ]
    fresh = [] if text.is_draft else renewals(case, text)
    return TextRow(text, widest == NOBODY, rows, wanting(case, text, keys), fresh)


def _entry(consent: Consent, about: str, asked_here: set[int]) -> Entry:
    given = consent.state == ConsentState.GIVEN and consent.withdrawn_at is None
    by_hand = consent.organization_id is None or (bool(consent.means) and consent.organization_id not in asked_here)
    return Entry(consent, called(consent), about, status_of(consent), given and by_hand)


def status_of(consent: Consent) -> str:
    """Where a consent stands today, as in `Entry.status`."""
    today = timezone.localdate()
    if consent.withdrawn_at is not None:
        return "withdrawn"
    if consent.state != ConsentState.GIVEN:
        return str(consent.state)
    if consent.until is None:
        return "given"
    if consent.until < today:
        return "lapsed"
    return "soon" if ends_soon(consent, today) else "given"

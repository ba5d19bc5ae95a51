"""What the casebook's notices say, and its mails: made from what the receiver may see when it is read.

A notice is left with `leave`; `WORDS` has a `Say` for every `what`. It tells nothing of a case that its receiver may
not see at that moment, and never a text of a section.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casebook.models import Case, Consent
from network.access import Reader, organization_ids_of
from network.models import Notice, User
from network.notices.telling import tell
from network.notices.words import Facts

KIND = "case"
DAYS = frozenset({"until", "on", "exported_on"})
"""Facts that are days."""

Reach = Callable[[Collection[int], Reader], Mapping[int, Case]]
"""Of the cases with these ids those of which the reader may be told something, by id."""


def to_readers(ids: Collection[int], reader: Reader) -> Mapping[int, Case]:
    """Who may see the case."""
    return Case.objects.visible_to(reader).in_bulk(ids)


def to_members(ids: Collection[int], reader: Reader) -> Mapping[int, Case]:
    """The members of the owning organization: for what goes on inside, as who asks to read."""
    return Case.objects.filter(owner__in=organization_ids_of(reader)).in_bulk(ids)


def to_writers(ids: Collection[int], reader: Reader) -> Mapping[int, Case]:
    """Who may change the draft."""
    return Case.objects.writable_by(reader).in_bulk(ids)


def to_approvers(ids: Collection[int], reader: Reader) -> Mapping[int, Case]:
    """The members of organizations that were asked to approve the text, also of a draft."""
    asked = Consent.objects.filter(organization__in=organization_ids_of(reader)).values("case")
    return Case.objects.filter(pk__in=asked).in_bulk(ids)


@dataclass(frozen=True, slots=True)
class Say:
    """How one kind of news is told: a sentence in which %(title)s is the case, and every other name a fact."""

    words: str | Promise
    route: str = "casebook:case"
    """Where one acts; the case's page where that does not exist."""
    at: str = "case"
    """The fact that stands in the address; empty for a page without one."""
    to: Reach = to_readers
    otherwise: str | Promise = ""
    """What is said to who may not be told of the case, without its title; nothing, where empty."""


RECALL = gettext_lazy(
    "%(exported_on)sに書き出した事例（%(reference)s）の公開が終わりました。お手元の写しを消してください。"
)

WORDS: dict[str, Say] = {
    # Asking for access
    "request": Say(
        gettext_lazy("「%(title)s」をもっと読みたいという申請が、%(by)sから届きました。"),
        route="casebook:case_request",
        at="request",
        to=to_members,
    ),
    "granted": Say(
        gettext_lazy("「%(title)s」の閲覧の申請が承認されました。%(until)sまで読めます。"),
        route="casebook:case_request",
        at="request",
    ),
    "declined": Say(
        gettext_lazy("「%(title)s」の閲覧の申請は、見送りになりました。"), route="casebook:case_request", at="request"
    ),
    "revoked": Say(
        gettext_lazy("「%(title)s」の閲覧の承認が取り消されました。"), route="casebook:case_request", at="request"
    ),
    # Writing for somebody else
    "delegated": Say(
        gettext_lazy("「%(title)s」の執筆を頼まれました。期限は%(until)sです。"), route="casebook:writing", at=""
    ),
    "delegation_ended": Say(
        gettext_lazy("「%(title)s」の執筆の依頼が終わりました。"),
        otherwise=gettext_lazy("頼まれていた執筆のひとつが終わりました。"),
    ),
    # Keeping
    "taken_down": Say(
        gettext_lazy("「%(title)s」の公開を、運営者が止めました。理由は事例の画面にあります。"), to=to_members
    ),
    "reinstated": Say(gettext_lazy("「%(title)s」の公開停止が解除されました。"), to=to_members),
    # Writing and review
    "submitted": Say(
        gettext_lazy("「%(title)s」の下書きの確認を頼まれています。"), route="casebook:review", to=to_members
    ),
    "returned": Say(gettext_lazy("「%(title)s」の下書きが差し戻されました。"), route="casebook:draft", to=to_writers),
    "published": Say(gettext_lazy("「%(title)s」の下書きが公開されました。")),
    # Consents
    "approval": Say(
        gettext_lazy("%(by)sから、事例の本文への同意を求められています。"),
        route="casebook:approval",
        at="consent",
        to=to_approvers,
    ),
    "approved": Say(
        gettext_lazy("%(by)sが、「%(title)s」の本文に同意しました。"), route="casebook:consents", to=to_members
    ),
    "not_approved": Say(
        gettext_lazy("%(by)sが、「%(title)s」の本文への同意を辞退しました。"),
        route="casebook:consents",
        to=to_members,
    ),
    "withdrawn": Say(
        gettext_lazy("「%(title)s」への%(by)sの同意が撤回されました。いまは自機関のほかには読めません。"),
        route="casebook:consents",
        to=to_members,
    ),
    "lapses": Say(
        gettext_lazy(
            "「%(title)s」への%(by)sの同意は、%(until)sまでです。"
            "更新しないと、次の日から自機関のほかには読めなくなります。"
        ),
        route="casebook:consents",
        to=to_members,
    ),
    # Life
    "question": Say(
        gettext_lazy("「%(title)s」に、%(by)sから質問が届きました。"), route="casebook:life", to=to_members
    ),
    "answer": Say(gettext_lazy("「%(title)s」への質問に、回答がありました。"), route="casebook:life"),
    "reuse": Say(gettext_lazy("%(by)sが「%(title)s」を活用しました。"), route="casebook:life", to=to_members),
    "insight_removed": Say(
        gettext_lazy("「%(title)s」についての気づきが外されました。理由は「気づき」の画面にあります。"),
        route="casebook:insights",
        at="",
        otherwise=gettext_lazy("あなたの気づきのひとつが外されました。理由は「気づき」の画面にあります。"),
    ),
    # What was taken out
    "recall": Say(
        RECALL,
        otherwise=RECALL,  # they may no longer read it
    ),
}
"""By `facts["what"]`."""


class News(Facts):
    """The facts of a notice with the case they are about, as far as its receiver may be told of it."""

    def __init__(self, facts: Mapping[str, Any], case: Case | None) -> None:
        super().__init__(facts, None, {})
        self.case = case

    def say(self, words: str, **more: str) -> str:
        """The sentence with its places filled; days as one reads them. What nobody left is a plain word."""
        known: dict[str, str] = defaultdict(lambda: "…")
        known |= {name: self.day(name) if name in DAYS else self.text(name) for name in self.known}
        known["by"] = self.text("by") or _("ほかの方")
        known["title"] = self.case.title if self.case else _("事例")
        known |= more
        return words % known

    def address(self, say: Say) -> str:
        """Where one acts."""
        for route, at in [(say.route, say.at), ("casebook:case", "case")] if self.case else []:
            try:
                return reverse(route, args=[self.text(at)] if at else [])
            except NoReverseMatch:
                continue
        return ""


def teller(notices: Iterable[Notice], reader: Reader) -> dict[int, tuple[str, str]]:
    """Sentence and address of each notice that the reader may be told now, by its id; a query or two for each circle
    of people among them, however many notices there are."""
    found = [(notice, News(notice.facts, None)) for notice in notices]
    said = [(notice, news, WORDS[news.text("what")]) for notice, news in found if news.text("what") in WORDS]
    cases: dict[Reach, Mapping[int, Case]] = {
        reach: reach({_case_of(news) for _notice, news, say in said if say.to is reach}, reader)
        for reach in {say.to for _notice, _news, say in said}
    }
    told: dict[int, tuple[str, str]] = {}
    for notice, news, say in said:
        news.case = cases[say.to].get(_case_of(news))
        words = say.words if news.case else say.otherwise
        if words:
            told[notice.pk] = news.say(str(words)), news.address(say)
    return told


def _case_of(news: News) -> int:
    found = news.known.get("case")
    return found if isinstance(found, int) else 0


def leave(people: Iterable[User], case: Case, what: str, *, key: str, **facts: object) -> None:
    """Leave a notice with each of them, in the caller's transaction; the same `key` is told a person once, ever.

    `facts` are numbers, ISO dates and names of organizations: no text of a section, nor of a person.
    """
    tell(people, kind=KIND, key=f"case:{what}:{key}", facts={"case": case.pk, "what": what, **facts})

"""What notices about teams say, and their mails: made from what the receiver may see when it is read.

A notice is left with `leave`; `WORDS` has a `Say` for every `what`. It names the subject as that reader may know it,
and no text that anybody wrote.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Engagement, Need, SeatInvitation, TeamPlan
from network.access import Reader
from network.models import Notice, User
from network.notices.mailing import mail
from network.notices.telling import tell
from network.notices.words import Facts

KIND = "team"
DAYS = frozenset({"until"})
Subject = SeatInvitation | TeamPlan | Engagement
Reach = Callable[[Collection[int], Reader], Mapping[int, Subject]]


def to_invited(ids: Collection[int], reader: Reader) -> Mapping[int, Subject]:
    """The members of the organization that was invited."""
    return {**SeatInvitation.objects.visible_to(reader).select_related("seat__plan").in_bulk(ids)}


def to_facilitators(ids: Collection[int], reader: Reader) -> Mapping[int, Subject]:
    """Who puts the team together."""
    return {**TeamPlan.objects.visible_to(reader).in_bulk(ids)}


def to_team(ids: Collection[int], reader: Reader) -> Mapping[int, Subject]:
    """Who takes part in the work."""
    return {**Engagement.objects.visible_to(reader).select_related("plan").in_bulk(ids)}


@dataclass(frozen=True, slots=True)
class Say:
    """How one kind of news is told: %(title)s is the subject, every other name a fact."""

    words: str | Promise
    to: Reach


ROUTES: dict[Reach, str] = {
    to_invited: "matching:invitation",
    to_facilitators: "matching:team",
    to_team: "matching:engagement",
}
WORDS: dict[str, Say] = {
    # To the invited organization
    "invited": Say(
        gettext_lazy("%(name)sに、「%(title)s」の席への招待が届きました。期限は%(until)sです。"), to_invited
    ),
    "reminded": Say(gettext_lazy("%(name)sへの「%(title)s」の招待の期限は%(until)sです。"), to_invited),
    "answered": Say(gettext_lazy("「%(title)s」の招待についての質問に、回答がありました。"), to_invited),
    "settled": Say(gettext_lazy("「%(title)s」の招待で相談した変更に、返事がありました。"), to_invited),
    "withdrawn": Say(gettext_lazy("%(name)sへの「%(title)s」の招待は、取り下げられました。"), to_invited),
    "filled": Say(gettext_lazy("「%(title)s」の席は、ほかの機関で決まりました。"), to_invited),
    "expired": Say(gettext_lazy("「%(title)s」の招待は、期限が過ぎました。"), to_invited),
    # To the facilitators
    "accepted": Say(gettext_lazy("%(by)sが、「%(title)s」の席への参加を決めました。"), to_facilitators),
    "declined": Say(gettext_lazy("%(by)sが、「%(title)s」の席を辞退しました。"), to_facilitators),
    "asked": Say(gettext_lazy("%(by)sから、「%(title)s」の招待について質問が届きました。"), to_facilitators),
    "changing": Say(gettext_lazy("%(by)sから、「%(title)s」の席の変更の相談が届きました。"), to_facilitators),
    "lapsed": Say(gettext_lazy("「%(title)s」への%(by)sの招待は、返事のないまま期限が過ぎました。"), to_facilitators),
    "manual": Say(gettext_lazy("「%(title)s」に、手配が必要な席があります。"), to_facilitators),
    "ready": Say(gettext_lazy("「%(title)s」の必須の席がそろいました。"), to_facilitators),
    # To everybody in the team
    "started": Say(gettext_lazy("「%(title)s」の支援が始まりました。"), to_team),
    "handed_over": Say(gettext_lazy("「%(title)s」は、企業の自走に引き継がれました。"), to_team),
    "closed": Say(gettext_lazy("「%(title)s」の支援が終わりました。"), to_team),
    "case_due": Say(gettext_lazy("「%(title)s」の事例を書き始められます。わかっていることは記入ずみです。"), to_team),
    "check_in": Say(gettext_lazy("「%(title)s」の%(months)sか月後の確認の日になりました。"), to_team),
    "dissolved": Say(gettext_lazy("「%(title)s」のチームは解散しました。"), to_invited),
}
"""By `facts["what"]`."""


class News(Facts):
    """The facts of a notice with its subject."""

    def say(self, words: str, **more: str) -> str:
        known: dict[str, str] = defaultdict(lambda: "…")
        known |= {name: self.day(name) if name in DAYS else self.text(name) for name in self.known}
        known["name"] = self.text("name") or _("機関")
        known["by"] = self.text("by") or _("ほかの機関")
        return words % (known | more)


def teller(notices: Iterable[Notice], reader: Reader) -> dict[int, tuple[str, str]]:
    """Sentence and address of each notice that the reader may be told now, by its id."""
    found = [(notice, News(notice.facts, None, {})) for notice in notices]
    said = [(notice, news, WORDS[news.text("what")]) for notice, news in found if news.text("what") in WORDS]
    subjects = {
        reach: reach({_subject(news) for _notice, news, say in said if say.to is reach}, reader)
        for reach in {say.to for _notice, _news, say in said}
    }
    return {
        notice.pk: (
            news.say(str(say.words), title=_title(subjects[say.to][_subject(news)])),
            reverse(ROUTES[say.to], args=[_subject(news)]),
        )
        for notice, news, say in said
        if _subject(news) in subjects[say.to]
    }


def _subject(news: News) -> int:
    found = news.known.get("subject")
    return found if isinstance(found, int) else 0


def _title(subject: Subject) -> str:
    if isinstance(subject, SeatInvitation):
        return subject.seat.plan.title
    return subject.title if isinstance(subject, TeamPlan) else subject.plan.title


def facilitators_of(need: Need) -> list[User]:
    """The active people who facilitate for the need's lab or were named to it."""
    named = need.named.filter(user__facilitated__isnull=False).values("user")
    working = Q(pk__in=named) | Q(facilitated__lab=need.lab_id)
    return list(User.objects.filter(working, is_active=True).distinct().order_by("pk"))


def leave(people: Iterable[User], subject: Subject, what: str, *, key: str, **facts: object) -> None:
    """Leave a notice with each of them, in the caller's transaction; the same `key` is told a person once, ever."""
    tell(
        people,
        kind=KIND,
        key=f"team:{what}:{subject.pk}:{key}",
        facts={"subject": subject.pk, "what": what, **facts},
    )


def post(people: Iterable[User], subject: Subject, what: str, *, said: str, why: str) -> None:
    """A mail to those of them who want mail; it names neither the client nor what the team is about."""
    page = reverse(ROUTES[WORDS[what].to], args=[subject.pk])
    mail(people, subject=_("[結び目] 支援チームのお知らせ"), said=said, page=page, why=why)

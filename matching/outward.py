"""What the rooms beside this one are told of needs; each asks as its reader."""

import unicodedata

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matching.models import Engagement, Need
from network import seeking, topics
from network.access import Reader, lab_ids_facilitated_by


def topic_of_need(pk: int, reader: Reader) -> topics.Topic | None:
    """Its requirements, industry, stage, place and words."""
    need = Need.objects.visible_to(reader).prefetch_related("requirements__capability").filter(pk=pk).first()
    if need is None:
        return None
    requirements = list(need.requirements.all())
    return topics.Topic(
        title=need.title,
        address=reverse("matching:need", args=[need.pk]),
        text=f"{need.title}\n{need.text}",
        capabilities=tuple(dict.fromkeys(one.capability.code for one in requirements)),
        industry=need.industry,
        stage=str(need.stage or ""),
        prefecture=need.prefecture,
        phases=tuple(dict.fromkeys(one.phase for one in requirements)),
    )


def topic_of_engagement(pk: int, reader: Reader) -> topics.Topic | None:
    """What the team at work knows of the matter: never what only the lab heard."""
    rows = Engagement.objects.visible_to(reader).select_related("plan__need").prefetch_related("plan__seats", "phases")
    engagement = rows.filter(pk=pk).first()
    if engagement is None:
        return None
    plan, need = engagement.plan, engagement.plan.need
    codes = [item["capability"] for seat in plan.seats.all() for item in seat.requirements]
    return topics.Topic(
        title=plan.title,
        address=reverse("matching:engagement", args=[engagement.pk]),
        text=f"{plan.title}\n{plan.brief}",
        capabilities=tuple(dict.fromkeys(codes)),
        industry=need.industry,
        stage=str(need.stage or ""),
        prefecture=need.prefecture,
        phases=tuple(row.phase for row in engagement.phases.all()),
    )


def seek_needs(text: str, reader: Reader, most: int) -> list[seeking.Found]:
    """The reader's needs with every one of the words in title or text."""
    words = unicodedata.normalize("NFKC", text).split()
    if not words or "\0" in text:
        return []
    needs = Need.objects.visible_to(reader).select_related("municipality")
    for word in words:
        needs = needs.filter(Q(title__icontains=word) | Q(text__icontains=word))
    return [
        seeking.Found(need.title, reverse("matching:need", args=[need.pk]), need.client_line) for need in needs[:most]
    ]


def all_needs(_text: str, reader: Reader) -> str:
    return reverse("matching:needs") if lab_ids_facilitated_by(reader).exists() else ""


def register() -> None:
    topics.register("need", topic_of_need)
    topics.register("engagement", topic_of_engagement)
    seeking.register("needs", seeking.Group(_("案件"), seek_needs, all_needs))

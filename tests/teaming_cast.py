"""What the small world holds of teams: one that is being formed for `need`, one at work for `other_need`.

Written as rows, so that no organization gives a place for it and no proposal of another test changes.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from matching.models import (
    CheckIn,
    Decision,
    Engagement,
    EngagementPhase,
    Indicator,
    Seat,
    SeatInvitation,
    Task,
    TeamEvent,
    TeamPlan,
)

if TYPE_CHECKING:  # the cast calls this
    from tests.cast import World

Word = Callable[..., str]


def plant_teams(world: "World", word: Word) -> dict[str, int]:
    """Ids of everything, by name."""
    return _forming(world, word) | _working(world, word)


def _forming(world: "World", word: Word) -> dict[str, int]:
    now, organizations = timezone.now(), world.organizations
    plan = TeamPlan.objects.create(
        need=world.needs["need"],
        proposal=world.proposals["latest"],
        title=word("seattitle"),
        brief=word("seatbrief"),
        ties_note=word("tiesnote"),
    )
    refusal = {"reason": "other", "note": word("seatreason")}
    asked = {
        "pmo": ("held", "owner", {"state": "accepted", "told_at": now}),
        "development": ("asked", "partner", {"state": "asked", "told_at": now, "question": word("seatquestion")}),
        "analysis": ("waiting", "elsewhere", {"state": "waiting"}),
        "operation": ("invited", "owner", {"state": "invited", "told_at": now, "message": word("seatmessage")}),
        "funding": ("declined", "elsewhere", {"state": "declined", "told_at": now} | refusal),
        "training": ("", "", {}),
    }  # fmt: skip
    found = {"forming": plan.pk}
    for position, (role, (name, whom, fields)) in enumerate(asked.items()):
        holder = organizations["owner"] if fields.get("state") == "accepted" else None
        states = {"pmo": "held", "development": "invited", "operation": "invited", "training": "open"}
        state = states.get(role, "manual")
        phase = "" if role in {"pmo", "funding"} else role
        seat = Seat.objects.create(
            plan=plan, position=position, role=role, phase=phase, state=state, since=now, holder=holder,
            must=role in {"pmo", "development"},
        )  # fmt: skip
        found[role] = seat.pk
        if whom:
            made = SeatInvitation.objects.create(
                seat=seat, organization=organizations[whom], since=now, deadline=now + timedelta(days=7), **fields
            )
            found[name] = made.pk
    TeamEvent.objects.create(plan=plan, number=1, kind="chosen", by=world.people["facilitator"])
    return found


def _working(world: "World", word: Word) -> dict[str, int]:
    today, now = timezone.localdate(), timezone.now()
    owner, helper = world.organizations["owner"], world.organizations["helper"]
    plan = TeamPlan.objects.create(
        need=world.needs["other_need"], proposal=world.proposals["other"], title=word("worktitle"), state="working",
        team=world.team,
    )  # fmt: skip
    for position, (role, holder) in enumerate((("pmo", owner), ("development", helper))):
        Seat.objects.create(
            plan=plan, position=position, role=role, phase="" if role == "pmo" else role, state="held", since=now,
            holder=holder,
        )  # fmt: skip
    engagement = Engagement.objects.create(plan=plan, team=world.team, lead=owner, started_on=today)
    phase = EngagementPhase.objects.create(engagement=engagement, phase="development", accountable=helper)
    task = Task.objects.create(engagement=engagement, what=word("worktask"), organization=helper, phase=phase)
    Decision.objects.create(engagement=engagement, text=word("workdecision"), on=today)
    Indicator.objects.create(engagement=engagement, name=word("workfigure"), before=1.0)
    look = CheckIn.objects.create(engagement=engagement, months=1, due=today, done_on=today, note=word("worklook"))
    return {"working": plan.pk, "work": engagement.pk, "task": task.pk, "look": look.pk, "phase": phase.pk}

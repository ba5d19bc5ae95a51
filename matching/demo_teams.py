"""What the demo shows of teams: one at work, with its room, and one that waits for the demo bank's answer. All of it is
invented, and made by the verbs that people use."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from matching import actions
from matching.actions.starting import months_after
from matching.models import CheckIn, Engagement, EngagementPhase, Need, Room, SeatInvitation, TeamPlan
from matching.rooms import actions as rooms
from matching.vocabulary import CheckItem
from network import post
from network.models import Capability, Lab, Letter, Organization, User

BANK, VENDOR, LAB = "demo-hamana-shinkin", "demo-tenryu-systems", "静岡県"
FACILITATOR, EDITORS = "facilitator@example.jp", {BANK: "bank@example.jp", VENDOR: "editor@example.jp"}
BEGAN = 35
"""Days since the team started: the look after one month is due."""
Line = tuple[str, str, int, bool]
"""Capability, phase, level, must."""


@dataclass(frozen=True)
class Told:
    """A need of the demo, as it was told on the telephone."""

    title: str
    text: str
    industry: str
    employees: int
    lines: tuple[Line, ...]
    members: tuple[str, ...]


SHIPPING = Told(
    "卸売業30人、出荷の指示を紙から画面に（浜松市）",
    "夕方に出荷が集中し、紙の指示書を探す時間が長い。棚の番地はあるが、指示書がその順に並んでいない。",
    "I",
    30,
    (
        ("pmo", "procurement", 3, True),
        ("process_review", "analysis", 2, False),
        ("system_development", "development", 3, True),
        ("inventory", "development", 3, False),
        ("system_operation", "operation", 3, True),
        ("tool_training", "training", 2, False),
    ),
    (BANK, VENDOR),
)
BOOKING = Told(
    "宿泊業20人、予約と清掃の連絡をつなげる（浜松市）",
    "予約の変更が清掃の係に伝わらず、部屋の用意が間に合わないことがある。連絡は紙と内線。",
    "M",
    20,
    (("pmo", "procurement", 3, True), ("tool_training", "training", 2, False)),
    (BANK,),
)


def make_teams() -> None:
    """Adds both; needs the demo's network."""
    _at_work(_need(SHIPPING))
    _waiting(_need(BOOKING))
    for letter in Letter.objects.filter(sent_at__isnull=True):
        post.withdraw(letter)  # nobody reads mail at example.jp


def _need(told: Told) -> Need:
    need = Need(
        title=told.title,
        text=told.text,
        lab=Lab.objects.get(name=LAB),
        prefecture="22",
        municipality_id="22138",
        industry=told.industry,
        employees=told.employees,
        stage=1,
        demand="manifest",
        lead_kinds=["shinkin_bank"],
        max_size=max(len(told.members), 2),
    )
    known = Capability.objects.in_bulk([line[0] for line in told.lines], field_name="code")
    wanted = [actions.Wanted(known[code], phase, level, 1.0, must) for code, phase, level, must in told.lines]
    members = list(Organization.objects.filter(external_id__in=told.members).order_by("pk"))
    return actions.save_need(
        need, requirements=wanted, must_include=members, exclude=[], suppliers=[], by=_person(FACILITATOR)
    )


def _plan(need: Need, brief: str) -> TeamPlan:
    by = _person(FACILITATOR)
    made = actions.make_proposal(need, top=1, by=by)
    return actions.choose_team(made, brief=brief, by=by)


def _waiting(need: Need) -> None:
    """Its first seat waits for the bank's answer."""
    plan = _plan(need, "予約の変更が現場に伝わらず、部屋の用意が間に合わないことがあります。")
    seat = plan.seats.get(role="pmo")
    message = "以前の出荷の支援と同じ進め方を考えています。ご検討をお願いします。"
    actions.invite(seat, organization=_organization(BANK), message=message, by=_person(FACILITATOR))


def _at_work(need: Need) -> None:
    # What the demo's file says of their capacity is what they have left beside this team.
    Organization.objects.filter(external_id__in=EDITORS).update(capacity_slots=F("capacity_slots") + 1)
    by = _person(FACILITATOR)
    plan = _plan(need, "夕方に出荷が集中し、紙の指示書を探す時間が長くなっています。")
    for invitation in actions.invite_all(plan, by=by):
        actions.accept(invitation, by=_editor(invitation))
    for seat in plan.seats.filter(holder=None):
        actions.cover(seat, organization=_organization(BANK), by=by)
    for name, email in EDITORS.items():
        for item in CheckItem:
            actions.tick(plan, organization=_organization(name), item=item, by=_person(email))
    actions.confirm_ties(plan, text="初回の面談で伝え、了承を得ました。", by=by)
    engagement = actions.start(plan, by=by)
    _worked(_begun(engagement, timezone.localdate() - timedelta(days=BEGAN)))
    _talked(Room.objects.get(team=engagement.team_id))


def _begun(engagement: Engagement, day: date) -> Engagement:
    """As if it had started on that day."""
    engagement.started_on = day
    engagement.save(update_fields=["started_on"])
    for look in engagement.check_ins.all():
        CheckIn.objects.filter(pk=look.pk).update(due=months_after(day, look.months))
    return engagement


def _worked(engagement: Engagement) -> None:
    bank, vendor = _person(EDITORS[BANK]), _person(EDITORS[VENDOR])
    today, begun = timezone.localdate(), engagement.started_on
    for position, phase in enumerate(engagement.phases.select_related("accountable")):
        first = begun + timedelta(days=28 * position)
        _scheduled(engagement, phase, first, first + timedelta(days=27), bank)
    tasks = (
        ("棚の番地の表を写真に撮って共有する", BANK, begun + timedelta(days=7), True),
        ("出荷の指示の画面の案を3つ用意する", VENDOR, today + timedelta(days=5), False),
        ("パートの方への説明会の日を決める", BANK, today + timedelta(days=12), False),
    )
    for what, name, until, done in tasks:
        task = actions.add_task(engagement, what=what, organization=_organization(name), until=until, by=bank)
        if done:
            actions.finish_task(task, by=bank)
    actions.decide(engagement, text="指示書は棚の番地の順に並べ、端末は3台から始める。", by=bank)
    actions.measure(engagement, name="出荷の締めの時刻", unit="時", before=18, how="1週間の平均", by=vendor)


def _scheduled(engagement: Engagement, phase: EngagementPhase, starts: date, ends: date, by: User) -> None:
    done = ends if ends < timezone.localdate() else None
    days = {"starts": starts, "ends": ends, "done_on": done}
    actions.plan_phase(engagement, phase=phase.phase, accountable=phase.accountable, **days, by=by)


def _talked(room: Room) -> None:
    bank, vendor, lab = _person(EDITORS[BANK]), _person(EDITORS[VENDOR]), _person(FACILITATOR)
    rooms.post(room, text="棚の番地の表を確認しました。通路ごとの写真もあると助かります。", by=vendor)
    asked = rooms.post(room, text=f"@{bank.called} 画面の案をいつお見せすればよいですか。", by=vendor)
    rooms.post(room, text="来週の火曜の午後に、倉庫でお願いします。", reply_to=asked.seq, by=bank)
    rooms.post(room, text="1か月後の確認も、その日に合わせましょう。", by=lab)


def _editor(invitation: SeatInvitation) -> User:
    return _person(EDITORS[invitation.organization.external_id])


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _organization(external_id: str) -> Organization:
    return Organization.objects.get(external_id=external_id)

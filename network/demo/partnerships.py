"""Invented partnerships: some that both sides confirmed, one that waits for an answer."""

from datetime import UTC, date, datetime

from network.demo.lists import TODAY
from network.models import Organization, Partnership
from network.notices.telling import editors_of, tell
from network.vocabulary import NoticeKind, PartnershipState

NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
CONFIRMED = (
    (
        "demo-hamana-shinkin",
        "demo-tenryu-systems",
        date(2023, 4, 1),
        "製造業の在庫と受発注の案件で、要件定義と開発を分担",
    ),
    ("demo-hamana-shinkin", "demo-hamamatsu-cci", date(2022, 10, 1), "毎月の合同相談会"),
    ("demo-itc-enshu", "demo-hamamatsu-cci", date(2024, 6, 1), "専門家の派遣"),
    ("demo-suruga-bank", "demo-itc-enshu", None, "取引先の業務の見直し"),
)
WAITING = (
    ("demo-saas-musubi", "demo-tenryu-systems", "導入後の操作の研修を一緒に"),
    ("demo-tenryu-systems", "demo-mikawa-soft", "三河地域の開発の応援"),
)
"""Who asks whom, and for what."""


def make_partnerships() -> None:
    """Add what is not there; a second call changes nothing."""
    ids = {one for pair in (*CONFIRMED, *WAITING) for one in pair[:2]}
    known = Organization.objects.in_bulk(ids, field_name="external_id")
    for one, other, since, note in CONFIRMED:
        _partnership(known[one], known[other], PartnershipState.CONFIRMED, since=since, note=note, answered_at=NOON)
    for one, other, note in WAITING:
        made = _partnership(known[one], known[other], PartnershipState.PROPOSED, note=note)
        tell(
            editors_of(known[other]),
            kind=NoticeKind.PARTNERSHIP,
            key=f"partnership:{made.pk}:demo",
            organization=known[other],
            facts={"by": known[one].name, "state": str(made.state)},
        )


def _partnership(asking: Organization, asked: Organization, state: PartnershipState, **values: object) -> Partnership:
    first, second = sorted([asking, asked], key=lambda organization: organization.pk)
    said = {"state": state, "proposed_by": asking, "proposed_at": NOON, **values}
    return Partnership.objects.get_or_create(first=first, second=second, defaults=said)[0]

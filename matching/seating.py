"""Which seats a need has: its requirements by phase, and what the bank's model of one engagement adds.

The model (policy document p. 30, `phases.csv`) says who usually leads each phase. Between the first and the last phase
with work of its own no phase goes without a seat; 自走 is the client's own. PMO runs through all phases and comes with
leading; 資金 is a seat of its own where funding is required.
"""

from collections.abc import Iterator, Mapping

from matching.core.model import Need, Organization, Requirement
from matching.core.seats import Seat
from matching.seatnames import FUNDING, PMO
from network.codes import KINDS, PHASES
from network.models import Capability
from network.vocabulary import LEAD_CAPABILITY

GROUPS = {"bank": "financial", "outside_consultant": "consultant", "local_it_vendor": "it_vendor"}
"""Who leads in the bank's model, as groups of kinds; the client sits in no team."""


def seats_of(need: Need) -> list[Seat]:
    """PMO, the phases in their order, funding."""
    codes = {item.capability for item in need.requirements}
    areas = dict(Capability.objects.filter(code__in=codes).values_list("code", "area"))
    roles: dict[str, list[int]] = {}
    for index, item in enumerate(need.requirements):
        roles.setdefault(_role(item, areas), []).append(index)
    seats = [Seat(PMO, "", tuple(roles.get(PMO, ())), _kinds("procurement"), leads=True)]
    seats += [Seat(phase, phase, tuple(roles.get(phase, ())), _kinds(phase)) for phase in _phases(roles)]
    if FUNDING in roles:
        seats.append(Seat(FUNDING, "", tuple(roles[FUNDING]), (_group("financial"),)))
    return seats


def _role(item: Requirement, areas: dict[str, str]) -> str:
    if item.capability == LEAD_CAPABILITY:
        return PMO
    return FUNDING if areas.get(item.capability) == FUNDING else item.phase


def _phases(roles: Mapping[str, list[int]]) -> Iterator[str]:
    """From the first to the last phase that has work of its own, without those that are the client's."""
    order = list(PHASES)
    places = sorted(order.index(role) for role in roles if role in order)
    for phase in order[places[0] : places[-1] + 1] if places else ():
        if phase in roles or _kinds(phase):
            yield phase


def _kinds(phase: str) -> tuple[frozenset[str], ...]:
    leaders = PHASES[phase].fields["lead_in_bank_model"].split("|") if phase in PHASES else []
    return tuple(_group(GROUPS[leader]) for leader in leaders if leader in GROUPS)


def _group(name: str) -> frozenset[str]:
    return frozenset(code for code, kind in KINDS.items() if kind.fields["group"] == name)


def is_usual(organization: Organization, seat: Seat) -> bool:
    """Whether organizations of this kind usually hold the seat."""
    return any(organization.kind in kinds for kinds in seat.kinds)

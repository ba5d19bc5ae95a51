"""Who may look at a case from outside, and what each would find there: what a preview asks.

A viewer holds the keys that everybody of its kind holds, and no more: a member of an organization may hold others, and
what a person belongs to is nobody's business here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from casebook.models import Case, Grant
from casebook.writing.content import OWN_TEAM, Content
from network.access import NETWORK, PUBLIC, STEWARD, Reader, keys_of_facilitators, keys_of_members
from network.models import Lab, Organization, Team, User
from network.picking import is_id

OWN = "own"
"""No key of the database has more."""

Plan = Mapping[str, Mapping[str, str | None]]
"""By section kind the keys that it accepts, each with its last day (ISO, None without end)."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """`code` is how an address names it: `public`, `network`, `lab:3`, `org:12`, `team`, `user:5`, `own`."""

    code: str
    name: str
    keys: frozenset[str]

    def reads(self, accepted: Mapping[str, str | None]) -> bool:
        """Whether one of these keys opens today."""
        return self.code == OWN or bool(self.keys & in_force(accepted))


def in_force(accepted: Mapping[str, str | None]) -> set[str]:
    """The keys whose last day has not passed."""
    today = timezone.localdate().isoformat()
    return {key for key, until in accepted.items() if until is None or until >= today}


def plan_now(case: Case) -> dict[str, dict[str, str | None]]:
    """What the sections accept now; the owner's team is called OWN_TEAM, whether it exists yet or not."""
    found: dict[str, dict[str, str | None]] = {kind: {} for kind in case.sections.values_list("kind", flat=True)}
    for grant in Grant.objects.filter(section__case=case).select_related("section"):
        day = grant.until.isoformat() if grant.until else None
        found[grant.section.kind][_of_team(case, grant.key)] = day
    return found


def plan_after(case: Case, content: Content) -> dict[str, dict[str, str | None]]:
    """What the sections of the content accept once it is published: as planned, else as now."""
    now = plan_now(case)
    planned: dict[str, dict[str, str | None]] = {}
    for kind, plan in content.audience.items():
        planned[kind] = dict.fromkeys(plan.keys, plan.until)
    return {kind: planned.get(kind, now.get(kind, {})) for kind in content.sections}


def viewers_of(case: Case, content: Content, plan: Plan) -> list[Viewer]:
    """Everybody it is worth looking for: the public, the network, the team, the labs, organizations and persons that
    have to do with the case."""
    named = {key for accepted in plan.values() for key in accepted}
    took = {one.organization for one in content.participants} - {case.owner_id}
    organizations = Organization.objects.filter(pk__in=took | _ids(named, "org") - {case.owner_id})
    organizations = organizations.prefetch_related("labs", "team_memberships")
    labs = Lab.objects.filter(pk__in=_ids(named, "lab")) | Lab.objects.filter(organizations=case.owner_id)
    people = User.objects.filter(pk__in=_ids(named, "user")).order_by("name", "pk")
    return [
        Viewer(PUBLIC, _("だれでも（公開）"), frozenset({PUBLIC})),
        Viewer(NETWORK, _("ネットワークに参加する機関"), frozenset({PUBLIC, NETWORK})),
        Viewer(OWN_TEAM, _("支援チーム（参加した機関）"), frozenset({PUBLIC, NETWORK, OWN_TEAM})),
        *(of_lab(lab) for lab in labs.distinct()),
        *(of_organization(one, case, content) for one in organizations.order_by("name", "pk")),
        *(Viewer(f"user:{person.pk}", str(person), frozenset({PUBLIC, f"user:{person.pk}"})) for person in people),
        Viewer(OWN, _("自機関（すべて）"), frozenset()),
    ]


def viewer_named(code: str, offered: list[Viewer], case: Case, content: Content, reader: Reader) -> Viewer | None:
    """The viewer of that code, if it is one of those offered or an organization that the reader may see."""
    known = {viewer.code: viewer for viewer in offered}
    kind, _colon, number = code.partition(":")
    if code in known or kind != "org" or not is_id(number):
        return known.get(code)
    found = Organization.objects.visible_to(reader).filter(pk=int(number)).first()
    if found is None:
        return None
    return known[OWN] if found.pk == case.owner_id else of_organization(found, case, content)


def of_lab(lab: Lab) -> Viewer:
    return Viewer(f"lab:{lab.pk}", _("%(lab)sのラボ") % {"lab": lab.name}, keys_of_facilitators(lab.pk))


def of_organization(organization: Organization, case: Case, content: Content) -> Viewer:
    """A member of it, as it will be once the content is published: then the owner's team is whoever took part."""
    keys = {_of_team(case, key) for key in keys_of_members(organization)}
    keys.discard(OWN_TEAM)
    if organization.is_active and organization.pk in {one.organization for one in content.participants}:
        keys.add(OWN_TEAM)
    return Viewer(f"org:{organization.pk}", organization.name, frozenset(keys))


def _of_team(case: Case, key: str) -> str:
    return OWN_TEAM if case.team_id is not None and key == f"team:{case.team_id}" else key


def _ids(keys: set[str], kind: str) -> set[int]:
    return {int(key.partition(":")[2]) for key in keys if key.startswith(f"{kind}:")}


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """What the keys are called; one of something that is gone keeps its code."""
    asked = set(keys)
    found = {
        PUBLIC: _("だれでも（公開）"),
        NETWORK: _("ネットワークに参加する機関"),
        OWN_TEAM: _("支援チーム（参加した機関）"),
        STEWARD: _("運営者"),
    }
    found |= {
        f"lab:{lab.pk}": _("%(lab)sのラボ") % {"lab": lab.name} for lab in Lab.objects.filter(pk__in=_ids(asked, "lab"))
    }
    organizations = Organization.objects.filter(pk__in=_ids(asked, "org"))
    found |= {f"org:{one.pk}": one.name for one in organizations}
    found |= {f"user:{person.pk}": str(person) for person in User.objects.filter(pk__in=_ids(asked, "user"))}
    found |= {f"team:{team.pk}": team.name for team in Team.objects.filter(pk__in=_ids(asked, "team"))}
    return {key: found.get(key, key) for key in sorted(asked, key=_order)}


def _order(key: str) -> tuple[int, str]:
    kind = key.partition(":")[0]
    kinds = [PUBLIC, NETWORK, OWN_TEAM, "lab", "org", "user"]
    return (kinds.index(kind) if kind in kinds else len(kinds), key)

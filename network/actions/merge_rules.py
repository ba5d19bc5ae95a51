"""What becomes of each kind of row when two records of one organization become one.

Every row that points at the dropped organization points at the kept one afterwards. Where a unique constraint stands
in the way the kept one's row stays and the other is taken away, unless the model's rule says better. An app above the
registry adds the rules of its own models (`register`) when it starts; a model without one is moved the plain way, and
a test asks for its rule.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model, UniqueConstraint
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from network.actions.ledger import Ledger
from network.models import Organization
from network.vocabulary import EvidenceKind, PartnershipState, Role

Clash = Callable[[Any, Any, Ledger], bool]
"""Called with the row that stands in the way, the row that moves (with its new values, not saved) and the ledger;
True when the moving row can take its place after all. Whatever it says, one of the two is gone afterwards."""


def stays(_standing: Any, _moving: Any, _ledger: Ledger) -> bool:
    return False


def _never(_row: Any) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rule:
    """How rows of one model move."""

    label: str | Promise
    """What a steward calls them."""
    clash: Clash = stays
    pair: tuple[str, str] = ("", "")
    """Two columns that must not name one organization: such a row is taken away."""
    ordered: bool = False
    """The pair is stored smaller id first."""
    loose: bool = False
    """What the row says later does not keep the merge from being undone."""
    derived: Callable[[Any], bool] = _never
    """True for a row that is computed from others: undoing leaves it alone where it was computed anew."""


EXEMPT = {("network.merge", "kept"), ("network.merge", "dropped"), ("network.change", "organization")}
"""History stays with the record it tells of; a merge names the two it was of."""


def _membership(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """A member of both has the higher of the two roles."""
    if moving.role == Role.EDITOR:
        ledger.change(standing, {"role": Role.EDITOR.value})
    return False


def _evidence(standing: Any, moving: Any, _ledger: Ledger) -> bool:
    """The newer word counts."""
    return bool(moving.on > standing.on)


def _from_a_case(row: Any) -> bool:
    return bool(row.kind == EvidenceKind.CASE)


def _collaboration(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """Engagements are added, the later date counts; a stated strength stays, or comes along where there is none."""
    dates = [day for day in (standing.last, moving.last) if day]
    strength = moving.stated_strength if standing.stated_strength is None else standing.stated_strength
    together = standing.engagements + moving.engagements
    ledger.change(standing, {"engagements": together, "last": max(dates, default=None), "stated_strength": strength})
    return False


def _tie(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """One interest for the time of both: an open end stays open."""
    since = None if None in (standing.since, moving.since) else min(standing.since, moving.since)
    until = None if None in (standing.until, moving.until) else max(standing.until, moving.until)
    ledger.change(standing, {"since": since, "until": until})
    return False


WORTH = [PartnershipState.DECLINED, PartnershipState.ENDED, PartnershipState.PROPOSED, PartnershipState.CONFIRMED]


def _partnership(standing: Any, moving: Any, _ledger: Ledger) -> bool:
    """What both sides confirmed goes before what one proposed, and that before what ended."""
    return WORTH.index(moving.state) > WORTH.index(standing.state)


def _office(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """Two offices of one name are two offices: the one that comes in is called after its number too."""
    name = moving.name[:60]
    ledger.change(moving, {"name": f"{name} ({moving.pk})"})
    moving.name = f"{name} ({moving.pk})"
    return True


def _expert(standing: Any, moving: Any, ledger: Ledger) -> bool:
    """One person's two entries become one with the credentials of both."""
    held = set(standing.credentials.values_list("credential", flat=True))
    for credential in moving.credentials.exclude(credential__in=held):
        ledger.change(credential, {"expert_id": standing.pk})
    return False


RULES: dict[str, Rule] = {
    "network.membership": Rule(_("メンバー"), _membership),
    "network.teammember": Rule(_("支援チーム"), loose=True),
    "network.rating": Rule(_("自己評価")),
    "network.evidence": Rule(_("根拠"), _evidence, ("organization_id", "partner_id"), derived=_from_a_case),
    "network.office": Rule(_("拠点"), _office),
    # Loose: what a person says of oneself later stays, and the ledger keeps no copy of it.
    "network.expert": Rule(_("専門家"), _expert, loose=True),
    "network.organizationindustry": Rule(_("業種")),
    "network.servicearea": Rule(_("対応地域")),
    "network.organization_labs": Rule(_("ラボへの参加")),
    "network.collaboration": Rule(_("連携の実績"), _collaboration, ("first_id", "second_id"), ordered=True),
    "network.partnership": Rule(_("連携関係"), _partnership, ("first_id", "second_id"), ordered=True),
    "network.tie": Rule(_("利害関係"), _tie, ("first_id", "second_id"), ordered=True),
    "network.notduplicate": Rule(_("重複ではないとした組"), pair=("first_id", "second_id"), ordered=True),
    "network.examined": Rule(_("問題なしとした確認"), loose=True),
    "network.invitation": Rule(_("招待"), loose=True),
    "network.application": Rule(_("登録の申請"), loose=True),
    "network.correction": Rule(_("訂正の提案"), loose=True),
    "network.notice": Rule(_("お知らせ"), loose=True),
    "network.organization": Rule(_("前に統合した登録"), loose=True),
}


def register(label: str, rule: Rule) -> None:
    """Say what becomes of a model's rows ("app.model"); called when an app starts."""
    RULES[label] = rule


def rule_of(model: type[Model]) -> Rule:
    return RULES.get(model._meta.label_lower) or Rule(model._meta.verbose_name or model.__name__)


def relations() -> Mapping[type[Model], list["Field[Any, Any]"]]:
    """Every column in every app that points at an organization, by model; tables between two models are models too."""
    found: dict[type[Model], list[Field[Any, Any]]] = defaultdict(list)
    for relation in Organization._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.many_to_many:
            continue
        field = relation.field  # type: ignore[union-attr]
        if (field.model._meta.label_lower, field.name) not in EXEMPT:
            found[field.model].append(field)
    return found


def standing_in_the_way_of(row: Model) -> Model | None:
    """Another row that a unique constraint does not let stand beside this one as it would be saved now."""
    for names, condition in _unique_together(type(row)):
        values = {name: getattr(row, row._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
        if None in values.values():
            continue
        others = type(row)._base_manager.exclude(pk=row.pk).filter(**values)
        if condition is not None:
            others = others.filter(condition)
            if not type(row)._base_manager.filter(condition, pk=row.pk).exists():
                continue
        if (other := others.first()) is not None:
            return other
    return None


def _unique_together(model: type[Model]) -> list[tuple[tuple[str, ...], Any]]:
    """Names of columns with the condition under which no two rows may share them."""
    meta = model._meta
    found: list[tuple[tuple[str, ...], Any]] = [(tuple(names), None) for names in meta.unique_together]
    found += [((field.name,), None) for field in meta.concrete_fields if field.unique and not field.primary_key]
    found += [
        (tuple(constraint.fields), constraint.condition)
        for constraint in meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    ]
    return found

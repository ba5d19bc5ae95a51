"""A case born from a finished engagement: what the room above knows of it stands in the first draft already."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from casebook.actions.writing import begin_case
from casebook.models import Case
from casebook.vocabulary import Basis, SectionKind
from casebook.writing.content import OWN_TEAM, Content, Figure, Planned, Took
from network.access import organization_ids_edited_by
from network.models import Organization, User


@dataclass(frozen=True, slots=True)
class FinishedEngagement:
    """What is known of an engagement that is over, in plain data; codes are those of the registry's lists.

    `texts` maps kinds of sections to Markdown. `labs` are the ids of the labs that facilitated; `team` is the id of
    the `network.Team` that worked on it, if there was one.
    """

    reference: str
    """Names it for good, as `engagement:3`: one case is born of it."""
    owner: int
    title: str
    industry: str = ""
    prefecture: str = ""
    municipality: str | None = None
    size_band: str = ""
    stage_before: int | None = None
    stage_after: int | None = None
    year: int | None = None
    outcome: str = ""
    phases: tuple[str, ...] = ()
    participants: tuple[Took, ...] = ()
    measures: tuple[Figure, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    labs: tuple[int, ...] = ()
    team: int | None = None


@transaction.atomic
def begin_from_engagement(finished: FinishedEngagement, *, by: User) -> Case:
    """A case in draft with everything known filled in; the one that was born of it already, where there is one.

    It is planned for whoever was in the engagement, team and labs; the writer decides before anything is published.
    Raises PermissionDenied unless `by` edits the owner, ValidationError by name for what cannot be stored.
    """
    if not finished.reference.strip():
        raise ValidationError({"reference": _("どの連携から生まれた事例かを書いてください。")})
    mine = Organization.objects.filter(pk__in=organization_ids_edited_by(by))
    owner = mine.select_for_update(no_key=True).filter(pk=finished.owner).first()  # two at once: one waits
    born = Case.objects.filter(born_of=finished.reference).first()
    if owner is None or (born is not None and born.owner_id != owner.pk):
        raise PermissionDenied
    if born is not None:
        return born
    return begin_case(owner, content=content_of(finished), by=by, born_of=finished.reference)


def content_of(finished: FinishedEngagement) -> Content:
    """What the first draft says. Who the client was stays with the team.

    The engagement's team keeps its own members: it is named by its key and never becomes the case's own.
    """
    team = OWN_TEAM if finished.team is None else f"team:{finished.team}"
    circle = (team, *(f"lab:{pk}" for pk in sorted(set(finished.labs))))
    texts = {kind: text for kind, text in finished.texts.items() if text.strip()}
    plans = {kind: Planned((team,) if kind == SectionKind.IDENTITY else circle) for kind in texts}
    capabilities = {code for took in finished.participants for code in took.capabilities}
    return Content(
        title=finished.title,
        basis=Basis.CLIENT,
        industry=finished.industry,
        prefecture=finished.prefecture,
        municipality=finished.municipality,
        size_band=finished.size_band,
        year=finished.year,
        stage_before=finished.stage_before,
        stage_after=finished.stage_after,
        outcome=finished.outcome,
        phases=finished.phases,
        capabilities=tuple(sorted(capabilities)),
        participants=finished.participants,
        measures=finished.measures,
        sections=texts,
        audience=plans,
    )

"""Who has worked with whom: around one organization, and in a prefecture or a lab."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from network.access import Reader, is_member_of, lab_ids_facilitated_by, organization_ids_of
from network.codes import PREFECTURES
from network.forms.ties import AnswerForm, AreaForm
from network.graph.collaboration import Graph, around, within
from network.graph.layout import layout_of
from network.graph.rows import SORTS, groups_in, picture_of, rows_of
from network.models import Lab, Organization, Partnership
from network.models.organizations import OrganizationQuerySet
from network.models.relations import PartnershipQuerySet
from network.vocabulary import PartnershipState


@login_required
@require_GET
def partnerships(request: HttpRequest, pk: int) -> HttpResponse:
    """With whom an organization has worked, and with whom those have; for its people also what waits for an answer."""
    shown = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    context = {
        "organization": shown,
        "can_edit": Organization.objects.editable_by(request.user).contains(shown),
        **told(request, around(shown, request.user)),
        **deals(shown, request.user),
    }
    return render(request, "network/partnerships.html", context)


@login_required
@require_GET
def partners_map(request: HttpRequest) -> HttpResponse:
    """Who works with whom in one prefecture or among the organizations of one lab."""
    form = AreaForm(request.GET)
    form.is_valid()
    lab, prefecture = form.cleaned_data.get("lab"), form.cleaned_data.get("prefecture") or ""
    if not lab and not prefecture:
        lab, prefecture = home_of(request.user)
        form = AreaForm(initial={"lab": lab, "prefecture": prefecture})
    members = members_of(request.user, lab, prefecture)
    graph = within(members, request.user)
    context = {
        "form": form,
        "place": lab or PREFECTURES.name(prefecture),
        "alone": members.count() - len(graph.nodes) - graph.left_out,
        "asked": f"lab={lab.pk}" if lab else f"prefecture={prefecture}",
        **told(request, graph),
    }
    return render(request, "network/partners_map.html", context)


def members_of(reader: Reader, lab: Lab | None, prefecture: str) -> OrganizationQuerySet:
    """The active organizations of a lab, or of a prefecture."""
    visible = Organization.objects.visible_to(reader).filter(is_active=True)
    return visible.filter(labs=lab) if lab else visible.filter(prefecture=prefecture)


def home_of(reader: Reader) -> tuple[Lab | None, str]:
    """The lab one facilitates for, or else the prefecture of one's organization, or else the first of the list."""
    lab = Lab.objects.filter(pk__in=lab_ids_facilitated_by(reader)).order_by("pk").first()
    own = Organization.objects.filter(pk__in=organization_ids_of(reader)).order_by("pk").first()
    return lab, "" if lab else own.prefecture if own else next(iter(PREFECTURES))


def told(request: HttpRequest, graph: Graph) -> dict[str, Any]:
    """The graph as picture and as table."""
    asked = request.GET.get("sort", "")
    sort = asked if asked in SORTS else "strength"
    layout = layout_of(graph)
    rows = rows_of(graph, layout, sort)
    return {
        "graph": graph,
        "picture": picture_of(graph, layout),
        "groups": groups_in(graph),
        "sort": sort,
        "columns": columns(),
        "direct": [row for row in rows if graph.center in row.edge.pair],
        "others": [row for row in rows if graph.center not in row.edge.pair],
    }


def columns() -> list[tuple[str, str]]:
    """The columns of the table that can be sorted by, beside the names."""
    return [
        ("engagements", _("件数")),
        ("last", _("直近")),
        ("since", _("連携関係")),
        ("strength", _("つながりの強さ")),
        ("common", _("共通の連携先")),
    ]


def deals(organization: Organization, reader: Reader) -> dict[str, Any]:
    """What waits for this organization's answer, what it waits for, and what stands; for its members only."""
    member = is_member_of(reader, organization.pk)
    known = known_deals(organization, reader) if member else Partnership.objects.none()
    rows = [(deal, deal.second if deal.first_id == organization.pk else deal.first) for deal in known]

    def those(state: PartnershipState, *, own: bool | None = None) -> list[tuple[Partnership, Organization]]:
        return [
            (deal, other)
            for deal, other in rows
            if deal.state == state and (own is None or (deal.proposed_by_id == organization.pk) == own)
        ]

    return {
        "asked_of_us": those(PartnershipState.PROPOSED, own=False),
        "asked_by_us": those(PartnershipState.PROPOSED, own=True),
        "standing": those(PartnershipState.CONFIRMED),
        "declined": those(PartnershipState.DECLINED, own=True),
        "answer_form": AnswerForm(),
    }


def known_deals(organization: Organization, reader: Reader) -> PartnershipQuerySet:
    either = Q(first=organization) | Q(second=organization)
    return Partnership.objects.visible_to(reader).filter(either).select_related("first", "second").order_by("pk")

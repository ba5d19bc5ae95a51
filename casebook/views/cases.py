"""The case itself: read, and its sections shared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook import actions, showing
from casebook.bearing import bearing_out
from casebook.files.listing import files_of
from casebook.models import Case, Section
from casebook.reading import read
from casebook.readlog import record
from casebook.views.asking import asking_of
from casebook.views.inside import own_of
from casebook.views.keeping import keeping_of
from casebook.views.life import life_context
from casebook.views.writing.door import writing_of
from casebook.vocabulary import AUDIENCE_KEYS, Audience, LogAction
from network.access import signed_in
from network.models import Capability, Organization, User

RECENT = 5


@require_GET
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case, as far as this reader may read it."""
    visible = Case.objects.visible_to(request.user).select_related("owner", "municipality")
    shown = get_object_or_404(visible.prefetch_related("capabilities", "phases"), pk=pk)
    [reading] = read([shown], request.user)
    record([reading], LogAction.READ, request.user)
    can_edit = Case.objects.editable_by(request.user).contains(shown)
    context = {
        "case": shown,
        "reading": reading,
        "shown": showing.shown(reading),
        "files": files_of(shown, request.user),
        "may_share": can_edit,
        "writes": writing_of(shown, request.user),
        "owner_is_visible": Organization.objects.visible_to(request.user).contains(shown.owner),
        "asking": asking_of(shown, request.user, has_more=reading.has_more),
        "keeping": keeping_of(shown, request.user, can_edit=can_edit),
        "own": own_of(shown, request.user, can_edit=can_edit),
        **life_context(shown, request.user),
    }
    return render(request, "casebook/case.html", context)


@require_GET
def recent(request: HttpRequest) -> HttpResponse:
    """A fragment for the home page: the cases published last."""
    visible = Case.objects.visible_to(request.user).select_related("owner")
    latest = visible.order_by(F("published").desc(nulls_last=True), "-pk")
    return render(request, "casebook/_recent.html", {"cases": latest[:RECENT]})


@login_required
@require_GET
def borne_out(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The cases that bear out what an organization says of one capability, as far as this reader may read them and
    who took part; a fragment for the profile, or a page by itself."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if "\0" in code:  # PostgreSQL raises on a NUL where it should find nothing
        raise Http404
    capability = get_object_or_404(Capability, code=code)
    cases = bearing_out(organization, capability, request.user)
    template = "casebook/_borne_out.html" if request.htmx else "casebook/borne_out.html"  # type: ignore[attr-defined]
    context = {"organization": organization, "capability": capability, "cases": cases}
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_POST
def share(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """Choose the audience of one section; single grants are replaced only where the form says so."""
    shown = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    if not Case.objects.editable_by(request.user).contains(shown):
        raise PermissionDenied
    chosen = get_object_or_404(Section, pk=section, case=shown)
    level, said = shared(chosen, request.POST, by=signed_in(request.user))
    messages.add_message(
        request, level, said, extra_tags={messages.SUCCESS: "good", messages.ERROR: "bad"}.get(level, "")
    )
    return redirect("casebook:case", pk=pk)


def shared(section: Section, typed: QueryDict, *, by: User) -> tuple[int, str]:
    """Share the section as the form says; the level and text of what to tell."""
    audience = typed.get("audience")
    if audience == "":
        return messages.INFO, _("公開範囲は変えていません。")
    if audience not in AUDIENCE_KEYS:
        return messages.ERROR, _("公開範囲は「下書き」「ネットワーク」「公開」から選んでください。")
    try:
        actions.share(section, with_keys=AUDIENCE_KEYS[audience], by=by, replacing_single_grants="replace" in typed)
    except actions.GrantedOneByOne:
        return messages.ERROR, _(
            "この節には個別の設定があるため、公開範囲は変えていません。"
            "置き換えるときは「個別の設定を置き換える」にチェックを入れてください。"
        )
    except actions.BeyondConsentError:
        return messages.ERROR, _(
            "お客様か参加した機関の同意が、その範囲まで及んでいないため、公開範囲は変えていません。"
            "「同意」の画面で、足りない同意をご確認ください。"
        )
    told = {"section": section.get_kind_display(), "audience": Audience(audience).label}
    return messages.SUCCESS, _("「%(section)s」の公開範囲を「%(audience)s」にしました。") % told

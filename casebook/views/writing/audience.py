"""Who reads one section of a published case."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casebook import actions
from casebook.forms.draft.audience import AudienceForm, audience_of
from casebook.forms.draft.part import At
from casebook.models import Case, Section
from casebook.viewers import names_of, plan_now
from casebook.vocabulary import Audience
from casebook.writing.content import Content, Planned, Took
from network.access import signed_in
from network.models import User


@login_required
@require_http_methods(["GET", "POST"])
def audience(request: HttpRequest, pk: int, section: int) -> HttpResponse:
    """Choose who reads it, by label or one by one, and until when."""
    visible = Case.objects.visible_to(request.user).select_related("owner")
    case = get_object_or_404(visible, pk=pk)
    if not Case.objects.editable_by(request.user).contains(case):
        raise PermissionDenied
    chosen = get_object_or_404(Section.objects.prefetch_related("grants"), pk=section, case=case)
    person = signed_in(request.user)
    at = At(case, _as_it_is(case, chosen), person)
    form = audience_of(chosen.kind)(request.POST if request.method == "POST" else None, at=at)
    if request.method == "POST" and form.is_valid() and "pick" not in request.POST:
        problem = _shared(chosen, form, person)
        if not problem:
            said = _("「%(section)s」の公開範囲を変えました。") % {"section": chosen.get_kind_display()}
            messages.success(request, said, extra_tags="good")
            return redirect("casebook:case", pk=pk)
        form.add_error(None, problem)
    context = {"case": case, "section": chosen, "form": form, "row": form.rows[0], "audiences": Audience.choices}
    return render(request, "casebook/audience.html", context, status=422 if form.errors else 200)


def _as_it_is(case: Case, section: Section) -> Content:
    """As much of the case as the form asks for: who took part, and who reads this section now."""
    accepted = plan_now(case).get(section.kind, {})
    days = set(accepted.values())
    until = days.pop() if len(days) == 1 else None
    took = tuple(Took(pk) for pk in case.participants.values_list("organization_id", flat=True))
    planned = Planned(tuple(sorted(accepted)), until)
    return Content(participants=took, sections={section.kind: section.text}, audience={section.kind: planned})


def _shared(section: Section, form: AudienceForm, by: User) -> str:
    """Share it as the form says; what stands against it, empty where it is done."""
    wanted = form.planned(section.kind) or Planned()
    until = date.fromisoformat(wanted.until) if wanted.until else None
    try:
        actions.share(section, with_keys=wanted.keys, until=until, by=by)
    except actions.BeyondConsentError as beyond:
        named = _("、").join(names_of(beyond.keys).values())
        said = _(
            "お客様か参加した機関の同意が、%(named)sまで及んでいません。何も変えていません。"
            "範囲をせまくするか、「書き直す」から同意を取り直して公開してください。"
        )
        return said % {"named": named}
    return ""

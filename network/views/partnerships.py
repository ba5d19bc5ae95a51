"""Partnerships: asking, answering, ending."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from network import actions
from network.forms.refusal import explain
from network.forms.ties import AnswerForm, PartnershipForm
from network.models import Organization, Partnership, User
from network.views.door import editable
from network.views.partners import known_deals
from network.vocabulary import PartnershipState


def own_deal(request: HttpRequest, pk: int, partnership: int) -> tuple[Organization, User, Partnership]:
    """404 for what may not be seen, 403 for who is no editor."""
    organization, editor = editable(request, pk)
    return organization, editor, get_object_or_404(known_deals(organization, editor), pk=partnership)


@login_required
@require_http_methods(["GET", "POST"])
def new_partnership(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask another organization to confirm that the two work together."""
    organization, editor = editable(request, pk)
    form = PartnershipForm.for_request(request, without=pk)
    if form.is_valid():
        values = form.cleaned_data
        try:
            made = actions.propose_partnership(
                organization, other=values["other"], note=values["note"], since=values["since"], by=editor
            )
        except ValidationError as error:
            explain(form, error)
        else:
            crossed = made.state == PartnershipState.CONFIRMED
            messages.success(
                request,
                _("相手からも申し入れがあったので、連携関係になりました。")
                if crossed
                else _("確認をお願いしました。相手の機関が確認すると、連携関係として表示されます。"),
            )
            return redirect("network:partnerships", pk=pk)
    context = {"organization": organization, "form": form}
    return render(request, "network/new_partnership.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def answer_partnership(request: HttpRequest, pk: int, partnership: int) -> HttpResponse:
    """Say yes or no to what another organization proposed."""
    organization, editor, deal = own_deal(request, pk, partnership)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return not_done(request, organization, [str(text) for texts in form.errors.values() for text in texts], 422)
    try:
        if form.cleaned_data["answer"] == "confirm":
            actions.confirm_partnership(organization, partnership=deal, by=editor)
            said = _("連携関係を確認しました。")
        else:
            actions.decline_partnership(organization, partnership=deal, reason=form.cleaned_data["reason"], by=editor)
            said = _("辞退しました。相手の機関だけにお知らせします。")
    except actions.ConflictError as conflict:
        return overtaken(request, organization, conflict)
    messages.success(request, said)
    return redirect("network:partnerships", pk=pk)


@login_required
@require_POST
def end_partnership(request: HttpRequest, pk: int, partnership: int) -> HttpResponse:
    """End a partnership, or take back one's own proposal."""
    organization, editor, deal = own_deal(request, pk, partnership)
    try:
        actions.end_partnership(organization, partnership=deal, by=editor)
    except actions.ConflictError as conflict:
        return overtaken(request, organization, conflict)
    messages.success(request, _("連携関係を終わりにしました。") if deal.answered_at else _("お願いを取り下げました。"))
    return redirect("network:partnerships", pk=pk)


def overtaken(request: HttpRequest, organization: Organization, conflict: actions.ConflictError) -> HttpResponse:
    state = PartnershipState(conflict.current.state).label
    problem = _("開いているあいだに状態が変わりました。いまは「%(state)s」です。") % {"state": state}
    return not_done(request, organization, [problem], 409)


def not_done(request: HttpRequest, organization: Organization, problems: list[str], status: int) -> HttpResponse:
    """Says what is in the way, and how it stands now."""
    context = {"organization": organization, "problems": problems}
    return render(request, "network/partnership_problem.html", context, status=status)

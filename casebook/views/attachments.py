"""Files of a case: taken away by whoever may, put there and described by its writers."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casebook import actions
from casebook.files.scanning import InfectedError, ScannerAwayError
from casebook.files.serving import handed_over
from casebook.forms.attachments import AttachForm, DescribeForm, attachments_for_editor
from casebook.models import Attachment, Case, Draft
from casebook.vocabulary import SectionKind
from network.access import signed_in
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.models import User
from network.uploads import too_large


def writable(request: HttpRequest, pk: int) -> tuple[Case, User]:
    """The case and who writes it: 404 when it may not be seen, 403 when its draft may not be changed."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    if not Case.objects.writable_by(request.user).contains(case):
        raise PermissionDenied
    return case, signed_in(request.user)


@require_safe
def attachment(request: HttpRequest, pk: int, attachment: int) -> HttpResponseBase:
    """The file itself, for whoever may read its section."""
    visible = Attachment.objects.visible_to(request.user).select_related("case")
    return handed_over(get_object_or_404(visible, case=pk, pk=attachment), request)


@login_required
@require_http_methods(["GET", "POST"])
def attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of the draft, and a place to add one."""
    case, writer = writable(request, pk)
    if request.method == "GET":
        return _editor(request, case)
    form = AttachForm(request.POST, request.FILES)
    valid = form.is_valid()
    if too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", _("ファイルが大きすぎます（1つ8MBまで）。分けるか、縮小してから選んでください。"))
        return _editor(request, case, form=form, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    status = _attach(case, form, writer) if valid else HTTPStatus.UNPROCESSABLE_ENTITY
    if status != HTTPStatus.OK:
        return _editor(request, case, form=form, status=status)
    said = _("ファイルを追加しました。本文を公開するときに、いっしょに公開されます。")
    return _done(request, case, said)


def _attach(case: Case, form: AttachForm, writer: User) -> HTTPStatus:
    """Attach what the form brings; where that is refused, the reason stands in it."""
    data = form.cleaned_data
    try:
        actions.attach(case, upload=data["file"], section=data["section"], description=data["description"], by=writer)
    except ValidationError as refusal:
        explain(form, refusal)
    except InfectedError:
        form.add_error(
            "file", _("ウイルス検査で問題が見つかったため、受け取れません。お使いの端末を検査してください。")
        )
    except ScannerAwayError:
        form.add_error(
            "file", _("ウイルス検査がいま使えません。何も保存していません。数分後にもう一度お試しください。")
        )
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK


@login_required
@require_POST
def describe(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Say what a file shows."""
    case, writer = writable(request, pk)
    found = get_object_or_404(case.attachments.all(), pk=attachment)
    form = DescribeForm(request.POST, auto_id=f"file-{found.pk}-%s")
    if form.is_valid():
        try:
            actions.describe_file(found, description=form.cleaned_data["description"], by=writer)
        except ValidationError as refusal:
            explain(form, refusal)
        except ConflictError:
            return _done(request, case, _("このファイルは、ほかの人が先に外していました。"), level=messages.INFO)
    if form.errors:
        described = (found.pk, form)
        return _editor(request, case, described=described, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _done(request, case, _("「%(name)s」の説明を保存しました。") % {"name": found.name})


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, pk: int, attachment: int) -> HttpResponse:
    """Ask, then take a file away; a published one only its owner's editors."""
    case, writer = writable(request, pk)
    found = get_object_or_404(case.attachments.all(), pk=attachment)
    if found.live and not Case.objects.editable_by(writer).contains(case):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "casebook/attachment_remove.html", {"case": case, "attachment": found})
    try:
        actions.detach(found, by=writer)
    except ConflictError:
        return _done(request, case, _("このファイルは、ほかの人が先に外していました。"), level=messages.INFO)
    return _done(request, case, _("「%(name)s」を外しました。") % {"name": found.name})


def _editor(
    request: HttpRequest,
    case: Case,
    *,
    form: AttachForm | None = None,
    described: tuple[int, DescribeForm] | None = None,
    said: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = attachments_for_editor(case, request.user, form=form, described=described)
    part = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    template = "casebook/_attachment_editor.html" if part else "casebook/attachments.html"
    context |= {"said": said, "by_itself": not part, "draft": Draft.objects.filter(case=case).first()}
    answer = render(request, template, context, status=status)
    if part:
        answer["HX-Reswap"] = "outerHTML"  # whatever the status: what was refused is said in the form
    return answer


def _done(request: HttpRequest, case: Case, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """The fragment anew for htmx, else back to where the form stands."""
    if request.htmx:  # type: ignore[attr-defined]
        return _editor(request, case, said=said)
    messages.add_message(request, level, said, extra_tags="good" if level == messages.SUCCESS else "")
    return redirect(_page_of(case, by_itself="by_itself" in request.POST))


def _page_of(case: Case, *, by_itself: bool) -> str:
    """The step of the guided form that has the files, or the page that has them alone."""
    if by_itself:
        return reverse("casebook:attachments", args=[case.pk])
    return reverse("casebook:draft_step", args=[case.pk, SectionKind.ATTACHMENT])

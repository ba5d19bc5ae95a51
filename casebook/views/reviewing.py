"""The second reader's page: what was written beside what is public, and the two ways on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casebook import actions
from casebook.actions.publishing import authors_of, problems_of
from casebook.actions.wanting import Wanting, keys_planned, wanting
from casebook.anonymity.showing import grouped
from casebook.comparing import compared
from casebook.forms.reviewing import PublishForm, ReadForm, ReturnForm
from casebook.ledger import short
from casebook.models import Case, Draft
from casebook.viewers import names_of, plan_after
from casebook.views.inside import edited
from casebook.views.writing.seeing import matrix
from casebook.vocabulary import DraftState
from casebook.writing.checking import all_findings
from casebook.writing.live import content_of, files_of
from casebook.writing.texts import Text, draft_text
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.models import User
from network.notices.telling import editors_of


@login_required
@require_GET
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft that waits for a second reader; without one, what to do instead."""
    case, editor = edited(request, pk)
    return _page(request, case, editor)


@login_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the text out that the page showed."""
    case, editor = edited(request, pk)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _page(request, case, editor, publishing=form, status=422)
    try:
        version = actions.publish(
            case,
            expected=form.cleaned_data["revision"],
            digest=form.cleaned_data["digest"],
            remark=form.cleaned_data["remark"],
            by=editor,
        )
    except ConflictError:
        return _page(request, case, editor, problem=_changed(), status=409)
    except actions.SecondPersonNeededError:
        said = _("書いた方、確認に出した方は公開できません。ほかの編集者に確認を頼んでください。")
        return _page(request, case, editor, problem=said, status=403)
    except actions.ConsentWantingError as lacking:
        said = _("必要な同意がそろっていないため、公開していません。")
        return _page(request, case, editor, problem=said, lacking=lacking.wanting, status=422)
    except ValidationError as refused:
        return _page(request, case, editor, problem="\n".join(refused.messages), status=422)
    said = _("第%(number)d版を公開しました。") % {"number": version.number}
    messages.success(request, said, extra_tags="good")
    return redirect("casebook:case", pk=pk)


@login_required
@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the text back to its writers with a reason."""
    case, editor = edited(request, pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.send_back(case, reason=said["reason"], expected=said["revision"], by=editor)
        except ConflictError:
            return _page(request, case, editor, problem=_changed(), status=409)
        except ValidationError as refused:
            explain(form, refused)
        else:
            messages.success(request, _("差し戻しました。書いた方に理由を伝えました。"), extra_tags="good")
            return redirect("casebook:draft", pk=pk)
    return _page(request, case, editor, returning=form, status=422)


def _changed() -> str:
    return _(
        "開いている間に本文が変わったか、ほかの方が処理しました。いまの内容を下に表示しています。"
        "もう一度お読みください。"
    )


def _page(
    request: HttpRequest,
    case: Case,
    editor: User,
    *,
    publishing: PublishForm | None = None,
    returning: ReturnForm | None = None,
    problem: str = "",
    lacking: list[Wanting] | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = Draft.objects.filter(case=case).select_related("submitted_by", "saved_by").first()
    text = draft_text(case)
    context: dict[str, Any] = {"case": case, "draft": draft, "problem": problem, "lacking": lacking}
    if draft is None or text is None or draft.state != DraftState.SUBMITTED:
        return render(request, "casebook/review_none.html", context, status=status)
    shown = {"revision": draft.revision, "digest": text.digest}
    context |= _read(case, draft, text, editor) | _may(case, draft, editor)
    context |= {"publishing": _form(PublishForm, publishing, shown), "returning": _form(ReturnForm, returning, shown)}
    return render(request, "casebook/review.html", context, status=status)


def _form(kind: type[ReadForm], sent: ReadForm | None, shown: dict[str, Any]) -> ReadForm:
    """What was sent, for the text that is shown now."""
    if sent is None:
        return kind(initial=shown, auto_id=f"{kind.__name__}-%s")
    sent.data = {name: sent.data.get(name, "") for name in sent.fields} | shown
    sent.auto_id = f"{kind.__name__}-%s"
    return sent


def _read(case: Case, draft: Draft, text: Text, editor: User) -> dict[str, Any]:
    """Everything that the second reader looks at."""
    before = content_of(case) if case.version or case.sections.exists() else None
    difference = None
    if before is not None:
        difference = compared(before, text.content, editor, files=(files_of(case, live=True), text.files))
    plan = plan_after(case, text.content)
    opened = {key for accepted in plan.values() for key in accepted} - {f"org:{case.owner_id}"}
    return {
        "text": text,
        "short": short(text.digest),
        "first": difference is None,
        "comparison": difference or compared(type(text.content)(), text.content, editor, files=((), text.files)),
        "groups": grouped(
            text.content, all_findings(case, text.content, reader=editor), draft.acknowledged, text.files
        ),
        "problems": problems_of(case, draft, by=editor),
        "matrix": matrix(case, text.content),
        "opened": list(names_of(opened).values()),
        "wanting": wanting(case, text, keys_planned(case, text.content)),
    }


def _may(case: Case, draft: Draft, editor: User) -> dict[str, Any]:
    """Whether this editor may let it out; if not, who may."""
    authors = authors_of(draft)
    others = [person for person in editors_of(case.owner) if person.pk not in authors and person != editor]
    return {"is_author": editor.pk in authors, "others": others}

"""From a submitted form to an event, or to what was wrong with it."""

from http import HTTPStatus

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from casebook.files.scanning import InfectedError, ScannerAwayError
from matching.models import Event, Room
from matching.rooms import actions
from matching.rooms.forms import MessageForm
from network.forms.refusal import explain
from network.models import User
from network.uploads import too_large


def sent(request: HttpRequest, room: Room, form: MessageForm, key: str, by: User) -> tuple[Event | None, HTTPStatus]:
    """The event, or None with what stands in the form now and the status that says so."""
    valid = form.is_valid()
    if too_large(request):
        form.errors.pop("file", None)
        form.add_error("file", _("ファイルが大きすぎます（合わせて10MBまで）。分けるか、縮小してから選んでください。"))
        return None, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not valid:
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    data = form.cleaned_data
    try:
        event = actions.post(room, text=data["text"], by=by, reply_to=data["reply_to"], uploads=data["file"], key=key)
    except ValidationError as refused:
        explain(form, refused)
    except InfectedError:
        form.add_error("file", _("ウイルス検査で問題が見つかったため、送れません。お使いの端末を検査してください。"))
    except ScannerAwayError:
        form.add_error("file", _("ウイルス検査がいま使えません。何も送っていません。数分後にもう一度お試しください。"))
        return None, HTTPStatus.SERVICE_UNAVAILABLE
    else:
        return event, HTTPStatus.CREATED
    return None, HTTPStatus.UNPROCESSABLE_ENTITY


def refusal(form: forms.BaseForm, status: int) -> JsonResponse:
    """What is wrong, by field, for the page's script."""
    return JsonResponse({"problems": {name: list(texts) for name, texts in form.errors.items()}}, status=status)

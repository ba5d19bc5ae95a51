"""One message of a room: written anew, taken away, what it said before; and a file that came with it."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from casebook.files.serving import answer_with
from matching.models import Event, Room, RoomFile
from matching.rooms import actions
from matching.rooms.forms import EditForm
from matching.views.rooms import room_of
from matching.vocabulary import EventKind
from network.actions.base import ConflictError
from network.forms.refusal import explain
from network.models import User


def message_of(request: HttpRequest, pk: int, seq: int) -> tuple[Room, Event, User]:
    """The message with its room and its reader; 404 where there is none for the reader."""
    room, reader = room_of(request, pk)
    return room, get_object_or_404(room.events.filter(kind=EventKind.MESSAGE), seq=seq), reader


def back(room: Room, message: Event) -> HttpResponse:
    return redirect(f"{reverse('matching:room', args=[room.pk])}?at={message.seq}#event-{message.seq}")


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """The own message anew."""
    room, message, reader = message_of(request, pk, seq)
    if message.by_id != reader.pk:
        raise PermissionDenied
    if request.method == "GET":
        form = EditForm(initial={"text": message.text, "version": message.version})
        return _editor(request, room, message, form)
    form, status = EditForm(request.POST), HTTPStatus.UNPROCESSABLE_ENTITY
    if form.is_valid():
        try:
            actions.edit(message, **form.cleaned_data, by=reader)
        except ValidationError as refused:
            explain(form, refused)
        except ConflictError as conflict:
            return _overtaken(request, room, message, form, conflict)
        else:
            return back(room, message)
    return _editor(request, room, message, form, status=status)


def _overtaken(
    request: HttpRequest, room: Room, message: Event, form: EditForm, conflict: ConflictError
) -> HttpResponse:
    """Both texts, so that nothing is lost; sent again, the own one stands."""
    now = conflict.current
    said = _("このメッセージは先に書き直されていました。下の内容を確かめて、よければもう一度保存してください。")
    if now is None:
        said = _("このメッセージは先に削除されていました。必要なら、新しいメッセージとして送ってください。")
    again = EditForm({"text": form.cleaned_data["text"], "version": now.version if now else message.version})
    again.add_error(None, said)
    return _editor(request, room, message, again, current=now, status=HTTPStatus.CONFLICT)


def _editor(
    request: HttpRequest, room: Room, message: Event, form: EditForm, *, current: Event | None = None, status: int = 200
) -> HttpResponse:
    context = {"room": room, "message": message, "form": form, "current": current}
    return render(request, "matching/room_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """Ask, then take a message away; the own one, and a facilitator any."""
    room, message, reader = message_of(request, pk, seq)
    if message.by_id != reader.pk and not Room.objects.led_by(reader).contains(room):
        raise PermissionDenied
    if request.method == "GET":
        return render(request, "matching/room_delete.html", {"room": room, "message": message})
    actions.delete(message, by=reader)
    messages.success(request, _("メッセージを削除しました。削除したことは会話に残ります。"), extra_tags="good")
    return back(room, message)


@login_required
@require_GET
def trace(request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    """What the message said before."""
    room, message, _reader = message_of(request, pk, seq)
    changes = message.changes.order_by("seq")
    return render(request, "matching/room_trace.html", {"room": room, "message": message, "changes": changes})


@login_required
@require_safe
def file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """A file that came with a message."""
    found = get_object_or_404(RoomFile.objects.visible_to(request.user), event__room=pk, pk=file)
    return answer_with(found, request, called=f"file {file} of room {pk}")

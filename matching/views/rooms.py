"""Rooms of teams: a page that works by itself, and what its script asks."""

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from matching.models import Engagement, Need, ReadMark, Room
from matching.models.engagements import EngagementQuerySet
from matching.rooms import actions
from matching.rooms.forms import MessageForm, ReadForm
from matching.rooms.people import participants
from matching.rooms.sending import refusal, sent
from matching.rooms.showing import files_of, found_in, lines_of, stream, window, with_unread
from matching.vocabulary import EngagementState
from network.access import signed_in
from network.models import User
from network.once import keeps_own_key
from network.paging import page_of
from network.text import unsafe

PAGE_SIZE = 30
AT_A_TIME = 200
"""Events of one answer."""
SIDE_FILES = 20
TASKS = 10


def room_of(request: HttpRequest, pk: int) -> tuple[Room, User]:
    """The room and its reader; 404 where it is not the reader's."""
    visible = Room.objects.visible_to(request.user).select_related("team")
    return get_object_or_404(visible, pk=pk), signed_in(request.user)


def seq_of(text: str | None) -> int | None:
    """A number in an address, None where there is none; Http404 for what is no event's number."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Http404
    return int(text)


@login_required
@require_GET
def rooms(request: HttpRequest) -> HttpResponse:
    """The reader's rooms, with what is new in them."""
    found = with_unread(Room.objects.visible_to(request.user).select_related("team"), signed_in(request.user))
    page = page_of(found, PAGE_SIZE, request.GET.get("page"))
    without = roomless(signed_in(request.user)).select_related("plan")
    return render(request, "matching/rooms.html", {"page": page, "without": without[:PAGE_SIZE]})


def roomless(reader: User) -> EngagementQuerySet:
    """Teams at work for needs that the reader may change, that have no room yet."""
    needs = Need.objects.editable_by(reader)
    return Engagement.objects.filter(team__room=None, state=EngagementState.WORKING, plan__need__in=needs)


@login_required
@require_POST
def open_room(request: HttpRequest, team: int) -> HttpResponse:
    """Open the room of a team at work; of one that has a room, go there."""
    reader = signed_in(request.user)
    engagement = get_object_or_404(Engagement.objects.visible_to(reader).select_related("plan__need"), team=team)
    found = actions.open_room(engagement.team, labs=[engagement.plan.need.lab], by=reader)
    return redirect("matching:room", pk=found.pk)


@login_required
@require_GET
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The room's page: the end of the stream, one thread, what a search found, or an earlier part."""
    found, reader = room_of(request, pk)
    return page_for(request, found, reader)


def page_for(
    request: HttpRequest, room: Room, reader: User, *, form: MessageForm | None = None, status: int = HTTPStatus.OK
) -> HttpResponse:
    people = participants(room)
    context: dict[str, Any] = {"room": room, "people": people, "files": files_of(room)[:SIDE_FILES]}
    context |= _part(request, room, reader, people) | _work(room, reader)
    if form is None:
        form = MessageForm(initial={"key": uuid.uuid4().hex, "reply_to": context.get("thread_seq")})
    return never_cache(render)(request, "matching/room.html", context | {"form": form}, status=status)


def _work(room: Room, reader: User) -> dict[str, Any]:
    """Phases and open tasks of the team's engagement, where there is one for the reader."""
    engagement = Engagement.objects.visible_to(reader).filter(team=room.team_id).first()
    if engagement is None:
        return {}
    tasks = engagement.tasks.filter(done_at=None).select_related("organization")[:TASKS]
    return {"engagement": engagement, "phases": engagement.phases.select_related("accountable"), "tasks": tasks}


def _part(request: HttpRequest, room: Room, reader: User, people: list[Any]) -> dict[str, Any]:
    """Which part of the stream the address asks for."""
    query = "".join(char for char in request.GET.get("q", "")[:200] if not unsafe(char)).strip()
    thread, at, before = (seq_of(request.GET.get(name)) for name in ("thread", "at", "before"))
    if query:
        page = page_of(found_in(room, query), PAGE_SIZE, request.GET.get("page"))
        return {"query": query, "page": page, "lines": lines_of(page, room, reader, people)}
    if thread is not None:
        root = get_object_or_404(stream(room), seq=thread, thread=None)
        events = [root, *stream(room).filter(thread=root)]
        return {"thread_seq": thread, "lines": lines_of(events, room, reader, people)}
    events, earlier, later = window(room, before=before, at=at)
    mark = ReadMark.objects.filter(room=room, user=reader).values_list("seq", flat=True).first() or 0
    if not later:
        actions.mark_read(room, room.last_seq, by=reader)
    return {"lines": lines_of(events, room, reader, people), "earlier": earlier, "later": later, "new_after": mark}


@login_required
@require_GET
@never_cache
def events(request: HttpRequest, pk: int) -> HttpResponse:
    """`{"events": [{"seq", "kind", "target", "key", "html"}], "last": n, "more": bool}` after a number, in order; an
    edit or a deletion brings the whole line of its message anew. `key` is the reader's own."""
    found, reader = room_of(request, pk)
    after = seq_of(request.GET.get("after")) or 0
    following = found.events.filter(seq__gt=after).order_by("seq")
    new = list(following.values("seq", "kind", "target", "key", "by")[:AT_A_TIME])
    wanted = Q(seq__in=[one["seq"] for one in new]) | Q(pk__in=[one["target"] for one in new if one["target"]])
    rows = stream(found).filter(wanted)
    lines = {line.event.pk: line for line in lines_of(rows, found, reader, participants(found))}
    by_seq = {line.event.seq: line for line in lines.values()}
    told = []
    for one in new:
        line = lines[one["target"]] if one["target"] else by_seq[one["seq"]]
        html = render_to_string("matching/_room_line.html", {"line": line, "room": found})  # a line asks for no reader
        key = one["key"] if one["by"] == reader.pk else ""
        told.append({"seq": one["seq"], "kind": one["kind"], "target": line.event.seq, "key": key, "html": html})
    reads = list(found.marks.exclude(user=reader).order_by("seq").values_list("seq", flat=True))
    more = bool(new) and new[-1]["seq"] < found.last_seq
    return JsonResponse({"events": told, "last": found.last_seq, "more": more, "reads": reads})


@keeps_own_key
@login_required
@require_POST
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something. With the header Idempotency-Key (or the form's key) a second submission gives the first one's
    reply."""
    found, reader = room_of(request, pk)
    form = MessageForm(request.POST, request.FILES)
    key = request.headers.get("Idempotency-Key") or request.POST.get("key", "")
    event, status = sent(request, found, form, key[:65], reader)
    if request.accepts("text/html") and request.headers.get("Accept") != "application/json":
        if event is None:
            return page_for(request, found, reader, form=form, status=status)
        thread = f"?thread={event.thread.seq}" if event.thread else ""
        return redirect(f"{reverse('matching:room', args=[pk])}{thread}#event-{event.seq}")
    if event is None:
        return refusal(form, status)
    return JsonResponse({"seq": event.seq, "key": event.key}, status=HTTPStatus.CREATED)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader has read up to a number."""
    found, reader = room_of(request, pk)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return refusal(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    seq = actions.mark_read(found, form.cleaned_data["seq"], by=reader)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"seq": seq})
    messages.success(request, _("ここまで読んだことを記録しました。"))
    return redirect("matching:room", pk=pk)

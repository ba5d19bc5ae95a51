"""How a page of a team answers a verb: the next page, or itself again with what is wrong and everything typed."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from matching import actions
from network.actions import ConflictError

Again = Callable[..., HttpResponse]
"""The page again: called with `status`, and `problems`, `closed` (gates) or `drifted` to be shown."""


def answered(
    request: HttpRequest, deed: Callable[[], object], *, said: str, to: tuple[str, int], again: Again
) -> HttpResponse:
    """Do it and lead on, or show the page again: 422 for what cannot be, 409 for what cannot be any more."""
    try:
        deed()
    except ValidationError as refused:
        return again(problems=refused.messages, status=422)
    except actions.GateError as shut:
        return again(closed=shut.gates, drifted=shut.drifted, status=409)
    except actions.NoRoomError:
        return again(problems=[no_room()], status=409)
    except ConflictError:
        return again(problems=[too_late()], status=409)
    messages.success(request, said)
    return redirect(to[0], pk=to[1])


def errors_of(form: forms.Form | forms.ModelForm[Any]) -> list[str]:
    """What is wrong with a form, each with its field's name."""
    found = []
    for name, texts in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [f"{label}: {text}" if label else str(text) for text in texts]
    return found


def no_room() -> str:
    return _("いま受けられる支援の枠がありません。「受付の状況」で枠を増やしてから、もう一度お試しください。")


def too_late() -> str:
    return _("先に状況が変わったため、この操作はできません。何も変えていません。いまの状況をご確認ください。")


def read_version(typed: str | None) -> int | None:
    """The version that a form was made from; None where it says none, 0 (which none has) for what is no number."""
    if typed is None:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

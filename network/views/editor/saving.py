"""Saving a page of the record under the version that its editor read."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.actions import ConflictError
from network.forms.editor import versioned
from network.models import Organization
from network.profile.conflicts import Conflict, conflict_over, differences, fingerprint, unless_same

Reading = Callable[[Organization], Mapping[str, Any]]
"""What a page shows of the record, by the names of its form's fields."""


def saved(
    request: HttpRequest, form: BaseForm, save: Callable[[int], None], *, read: Reading, paths: tuple[str, ...]
) -> Conflict | None:
    """Saves what a valid form holds. What is refused stands in the form's errors; the conflict is returned where
    somebody else changed what this page shows. `paths` are the page's paths in the history."""
    if not form.is_valid() or not (version := versioned(form, request.POST)).is_valid():
        return None
    try:
        unless_same(
            save,
            expected=version.expected,
            seen=version.cleaned_data["seen"],
            now=lambda current: fingerprint(read(current)),
        )
    except ConflictError as error:
        current: Organization = error.current
        return conflict_over(current, paths, current, differences(form, read(current), form.cleaned_data))
    except ValidationError as error:
        form.add_error(None, error.messages)
    return None


def page(
    request: HttpRequest, template: str, form: BaseForm, organization: Organization, *, conflict: Conflict | None,
    shown: Mapping[str, Any],
) -> HttpResponse:  # fmt: skip
    """The form with the version of what it shows; after a post the version that came with it, so that only
    `overwrite` replaces what somebody else wrote."""
    context = {
        "form": form,
        "organization": organization,
        "conflict": conflict,
        "version": request.POST.get("version", organization.version),
        "seen": request.POST.get("seen", fingerprint(shown)),
    }
    return render(request, template, context, status=409 if conflict else 422 if form.errors else 200)

"""The dictionary's rows, kept by stewards."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from network.access import is_steward
from network.actions.base import ConflictError
from network.models import User
from search import dictionary, indexing
from search.dictionary import Synonym
from search.widths import normalised


@transaction.atomic
def add_synonym(*, name: str, means: str, by: User) -> Synonym:
    """Let a name mean the same as another, for questions at once and for documents as they are made anew.

    PermissionDenied unless `by` is a steward; ConflictError where the name has a meaning already.
    """
    if not is_steward(by):
        raise PermissionDenied
    plain = plain_name(name)
    made, is_new = Synonym.objects.get_or_create(
        plain=plain, defaults={"name": name, "means": means, "by": by, "at": timezone.now()}
    )
    if not is_new:
        raise ConflictError(made.means)
    _applied(made)
    return made


@transaction.atomic
def remove_synonym(synonym: Synonym, *, by: User) -> None:
    """Let a name mean only itself again. PermissionDenied unless `by` is a steward."""
    if not is_steward(by):
        raise PermissionDenied
    Synonym.objects.filter(pk=synonym.pk).delete()
    _applied(synonym)


def plain_name(name: str) -> str:
    """By this a name is known, in whatever width and letters it is written."""
    return "".join(normalised(name)[0].casefold().split())


def _applied(synonym: Synonym) -> None:
    """Mark what holds the names as the index has them, before the change and after it."""
    indexing.mark(synonym.name, synonym.means)
    dictionary.refresh()
    indexing.mark(synonym.name, synonym.means)

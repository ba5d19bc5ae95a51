"""Marks that a reader sets on a case: to find it again, and that it helped."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from casebook.models import Bookmark, Case, Helpful
from network.access import is_member_of
from network.models import User


@transaction.atomic
def bookmark(case: Case, *, by: User) -> None:
    """Keep the case among the person's bookmarks; once. Raises PermissionDenied where `by` may not read any of it."""
    _expect_reader(case, by)
    Bookmark.objects.get_or_create(user=by, case=case)


@transaction.atomic
def unbookmark(case: Case, *, by: User) -> None:
    """Take it from there, whether or not the case may still be read."""
    Bookmark.objects.filter(user=by, case=case).delete()


@transaction.atomic
def find_helpful(case: Case, *, by: User) -> None:
    """Say that the case helped; a person counts once. Raises PermissionDenied where `by` may not read any of it, and
    for members of the owner, whose word would be praise of their own."""
    _expect_reader(case, by)
    if is_member_of(by, case.owner_id):
        raise PermissionDenied
    Helpful.objects.get_or_create(user=by, case=case)


@transaction.atomic
def find_not_helpful(case: Case, *, by: User) -> None:
    """Take that back."""
    Helpful.objects.filter(user=by, case=case).delete()


def _expect_reader(case: Case, by: User) -> None:
    if not Case.objects.visible_to(by).contains(case):
        raise PermissionDenied

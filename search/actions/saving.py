"""Searches that a person goes on asking."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from network.models import User
from search.asking import as_filters, fingerprint, in_words, one_line
from search.facets import Chosen
from search.records import SavedSearch

MOST_SAVED = 30
"""So many searches one person may keep: each is asked again and again."""


@transaction.atomic
def save_search(*, query: str, chosen: Chosen, name: str = "", alerts: bool = True, by: User) -> SavedSearch:
    """Keep the question, under its own words without a name; one that is kept already takes the new name and alerts.

    Raises ValidationError for a question without words and choices, a bad name, and for more than MOST_SAVED.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once are counted one after the other
    line, filters = one_line(query), as_filters(chosen)
    if not (line or filters):
        raise ValidationError(_("保存する検索のことばを入力するか、条件を選んでください。"))
    print_ = fingerprint(line, filters)
    saved = SavedSearch.objects.filter(user=by, fingerprint=print_).first()
    if saved is None and by.saved_searches.count() >= MOST_SAVED:
        said = _("保存できる検索は%(n)d件までです。使わない検索を消してから、もう一度保存してください。")
        raise ValidationError(said % {"n": MOST_SAVED})
    saved = saved or SavedSearch(user=by, query=line, filters=filters, fingerprint=print_)
    saved.name = name.strip() or saved.name or "・".join(in_words(line, filters))[:80]
    saved.alerts = alerts
    saved.full_clean()
    saved.save()
    return saved


@transaction.atomic
def change_saved(saved: SavedSearch, *, name: str, alerts: bool, by: User) -> SavedSearch:
    """Call it otherwise; have its new answers told, or not. Raises PermissionDenied, ValidationError."""
    current = _own(saved, by)
    current.name, current.alerts = name.strip(), alerts
    current.full_clean()
    current.save(update_fields=["name", "alerts"])
    return current


@transaction.atomic
def delete_saved(saved: SavedSearch, *, by: User) -> None:
    """Keep it no more. Raises PermissionDenied."""
    _own(saved, by).delete()


@transaction.atomic
def saw(saved: SavedSearch, *, by: User) -> None:
    """Nothing of what it found so far is new any more. Raises PermissionDenied."""
    _own(saved, by).matches.all().delete()


def _own(saved: SavedSearch, by: User) -> SavedSearch:
    current: SavedSearch | None = SavedSearch.objects.visible_to(by).select_for_update().filter(pk=saved.pk).first()
    if current is None:
        raise PermissionDenied
    return current

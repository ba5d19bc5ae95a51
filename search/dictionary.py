"""The part of the dictionary that stewards write: other names of the same thing, in force from the next question on.

The lists in `search/data` come with the product; these rows are added to them. A question is understood with the rows
as they are now. Documents that a new row touches are marked and made anew in the background; until then they are
found by what they were found by before.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.text import clean_line
from search import phrases, text
from search.text import Query


class Synonym(models.Model):
    """Another name of something: a search for one finds the other."""

    name = models.CharField(_("ことば"), max_length=60, validators=[clean_line])
    means = models.CharField(_("同じ意味のことば"), max_length=60, validators=[clean_line])
    plain = models.CharField(max_length=120, unique=True)
    """The name in one width and small letters: a name has one meaning."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("辞書のことば")
        ordering = ["plain"]

    def __str__(self) -> str:
        return f"{self.name} → {self.means}"


def refresh() -> None:
    """Let this process analyse texts with the rows as they are now; one query."""
    phrases.learn(tuple(Synonym.objects.order_by("pk").values_list("name", "means")))


def query(typed: str) -> Query:
    """The query in a text typed by a reader, understood with the dictionary as it is now."""
    refresh()
    return text.query(typed)

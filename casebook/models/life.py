"""What becomes of a case after it is published: notes, questions, marks, uses."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casebook.models.cases import Case
from casebook.models.sections import Section
from casebook.vocabulary import QuestionState, SectionKind
from network.access import Reader, is_steward, keys_held_by, organization_ids_edited_by, organization_ids_of
from network.models import Organization, User
from network.text import clean_line, clean_text


def on_readable_text(reader: Reader) -> Q:
    """Rows with `case` and `section` that speak of what the reader may read: of a section, or of the case as a whole;
    rows without a case speak of nothing in particular."""
    sections = Section.objects.visible_to(reader).filter(case=OuterRef("case"), kind=OuterRef("section"))
    whole = Q(section="") & Q(case__in=Case.objects.visible_to(reader))
    return Q(case__isnull=True) | whole | Q(Exists(sections))


class InsightQuerySet(models.QuerySet["Insight"]):
    def visible_to(self, reader: Reader) -> "InsightQuerySet":
        """Notes whose key the reader holds, about text the reader may read; the reader's own as long as that holds."""
        mine = Q(by=reader) if isinstance(reader, User) and reader.is_active else Q(pk__in=[])
        shown = self.filter(removed_at__isnull=True).filter(on_readable_text(reader))
        return shown.filter(mine | Q(key__in=keys_held_by(reader)))

    def removable_by(self, reader: Reader) -> "InsightQuerySet":
        """The reader's own, those in the name of the organizations they edit, and, for a steward, all."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        if is_steward(reader):
            return self
        return self.filter(Q(by=reader) | Q(organization__in=organization_ids_edited_by(reader)))

    def taken_from(self, reader: User) -> "InsightQuerySet":
        """The reader's own notes that somebody else took away, for the reason they have."""
        return (
            self.filter(by=reader, removed_at__isnull=False).exclude(removed_by=reader).order_by("-removed_at", "-pk")
        )


class Insight(models.Model):
    """A short note (気づき), on a case, on one of its sections, or on nothing in particular."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="insights")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="insights", verbose_name=_("所属")
    )
    """On whose behalf."""
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="insights")
    section = models.CharField(_("節"), max_length=12, blank=True, choices=SectionKind.choices)
    key = models.CharField(_("読める人"), max_length=40)
    text = models.CharField(_("気づき"), max_length=600, validators=[clean_text])
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    removed_because = models.CharField(_("外した理由"), max_length=400, blank=True, validators=[clean_text])
    """Told to the author where a steward took it away."""

    objects = InsightQuerySet.as_manager()

    class Meta:
        verbose_name = _("気づき")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(case__isnull=False) | Q(section=""), name="insight_on_a_sections_case")
        ]

    def __str__(self) -> str:
        return self.text[:40]


class QuestionQuerySet(models.QuerySet["Question"]):
    def visible_to(self, reader: Reader) -> "QuestionQuerySet":
        """Questions about text the reader may read: the reader's own, those to the reader's organizations (owner or
        participant), and those the owner opened to all who read that text."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        own = organization_ids_of(reader)
        party = Q(case__owner__in=own) | Q(case__participants__organization__in=own)
        concerned = Q(by=reader) | Q(state=QuestionState.OPEN_TO_ALL) | party
        return self.filter(pk__in=self.model.objects.filter(concerned).values("pk")).filter(on_readable_text(reader))

    def addressed_to(self, reader: Reader) -> "QuestionQuerySet":
        """Of these, the ones of others that the reader may answer: their case is of an organization of the reader's,
        or one of these took part in it."""
        if not isinstance(reader, User):
            return self.none()
        own = organization_ids_of(reader)
        cases = Case.objects.filter(Q(owner__in=own) | Q(participants__organization__in=own))
        return self.visible_to(reader).filter(case__in=cases.order_by().values("pk")).exclude(by=reader)


class Question(models.Model):
    """A question to the team behind a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="questions")
    section = models.CharField(_("節"), max_length=12, blank=True, choices=SectionKind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="questions")
    on_behalf_of = models.CharField(_("所属"), max_length=200, blank=True, validators=[clean_line])
    text = models.CharField(_("質問"), max_length=1000, validators=[clean_text])
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=12, choices=QuestionState.choices, default=QuestionState.ASKED)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("質問")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class Answer(models.Model):
    """What the team says; whoever sees the question sees it."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    on_behalf_of = models.CharField(_("所属"), max_length=200, blank=True, validators=[clean_line])
    by_owner = models.BooleanField(default=True)
    """False for an organization that took part: its name is told to readers of the section 支援体制 alone."""
    text = models.CharField(_("回答"), max_length=2000, validators=[clean_text])
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("回答")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class BookmarkQuerySet(models.QuerySet["Bookmark"]):
    def visible_to(self, reader: Reader) -> "BookmarkQuerySet":
        """The reader's own, of cases the reader may see now; one of a case that was closed is silently not there."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        return self.filter(user=reader, case__in=Case.objects.visible_to(reader).order_by().values("pk"))


class Bookmark(models.Model):
    """A case that a person wants to find again; nobody else's business."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookmarks")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = BookmarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("しおり")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="bookmarked_once")]

    def __str__(self) -> str:
        return f"{self.user} ☆ {self.case}"


class Helpful(models.Model):
    """That a case helped somebody (役に立った); only the number is shown."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="helpful")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("役に立った")
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="helpful_once")]

    def __str__(self) -> str:
        return f"{self.user} ♥ {self.case}"


class ReuseQuerySet(models.QuerySet["Reuse"]):
    def visible_to(self, reader: Reader) -> "ReuseQuerySet":
        """Uses of cases the reader may see: those of the reader's organizations, and those of cases they own."""
        own = organization_ids_of(reader)
        return self.filter(Q(organization__in=own) | Q(case__owner__in=own), case__in=Case.objects.visible_to(reader))

    def removable_by(self, reader: Reader) -> "ReuseQuerySet":
        """Those the reader wrote down for an organization of theirs, and those of the organizations they edit."""
        if not isinstance(reader, User) or not reader.is_active:
            return self.none()
        mine = Q(by=reader, organization__in=organization_ids_of(reader))
        return self.filter(mine | Q(organization__in=organization_ids_edited_by(reader)))


class Reuse(models.Model):
    """What a case was used for: another client's matter, a training, a proposal."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reuses")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="reuses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("何に使ったか"), max_length=300, validators=[clean_text])
    reference = models.CharField(max_length=64, blank=True, validators=[clean_line])
    """Names the matter in the room above (`need:12`, `engagement:3`); empty for a use told in words."""
    at = models.DateTimeField(default=timezone.now)

    objects = ReuseQuerySet.as_manager()

    class Meta:
        verbose_name = _("事例の活用")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "organization", "reference"], condition=~Q(reference=""), name="reused_once_per_matter"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]

"""What belongs to a need beside its requirements: what was changed, the sealed client, where the company stood."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.models.needs import Need
from matching.vocabulary import ClientDeed
from network.access import Reader
from network.text import clean_line, clean_text


class NeedVersion(models.Model):
    """What one writing changed in a need: who, when, before and after. Never changed itself."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    """`Need.version` after the writing."""
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=120, blank=True)
    """As the person was called then."""
    changes: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    """{path: [before, after]}; paths and values are those of `matching.needhistory.snapshot`."""

    class Meta:
        verbose_name = _("案件の版")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["need", "number"], name="need_version_once")]

    def __str__(self) -> str:
        return f"{self.need} {self.number}"


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, reader: Reader) -> "ClientQuerySet":
        """For who works on the need. Whoever shows one writes it down (`actions.open_client`)."""
        return self.filter(need__in=Need.objects.visible_to(reader))


class Client(models.Model):
    """Who the company of a need is. Sealed: only its own page reads this, and leaves a `ClientReading` each time."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="client")
    name = models.CharField(_("企業の名前"), max_length=120, blank=True, validators=[clean_line])
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    contact = models.CharField(_("担当の方"), max_length=120, blank=True, validators=[clean_line])
    phone = models.CharField(_("電話番号"), max_length=20, blank=True)
    email = models.EmailField(_("メールアドレス"), blank=True)
    note = models.TextField(_("連絡のメモ"), max_length=1000, blank=True, validators=[clean_text])
    version = models.PositiveIntegerField(default=0)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("企業の名前と連絡先")

    def __str__(self) -> str:
        """Never the name: this word may stand in a log."""
        return f"client of need {self.need_id}"


class ClientReading(models.Model):
    """One opening or writing of a sealed client record; names as they were then. Written once."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="client_readings")
    deed = models.CharField(max_length=8, choices=ClientDeed.choices)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=120)
    why = models.CharField(max_length=200)
    """What let the person in: the lab that answers for the need, or having been named to it."""

    class Meta:
        verbose_name = _("企業の名前を開いた記録")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.need_id} {self.deed} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once: raises RuntimeError for an entry that is there."""
        if self.pk is not None:
            raise RuntimeError("an entry of the log is never changed")
        super().save(*args, **kwargs)


class Assessment(models.Model):
    """Where the company stood on one day by one version of an instrument; answers of two versions are never set
    against each other."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="assessments")
    instrument = models.CharField(max_length=20)
    """A code of `matching.instruments`."""
    edition = models.CharField(max_length=20)
    """Which version of the instrument was asked."""
    on = models.DateField(_("実施した日"))
    levels: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    """{item: level 0–5}; what was not answered is not there."""
    note = models.CharField(_("メモ"), max_length=400, blank=True, validators=[clean_text])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("DX推進指標の記録")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(instrument=""), name="assessment_names_its_instrument"),
        ]

    def __str__(self) -> str:
        return f"{self.need} {self.edition} {self.on}"

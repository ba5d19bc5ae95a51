"""People who sign in, and what they belong to."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from network.vocabulary import MailPace, Role


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new active user; without a password nobody can sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A steward, as `manage.py createsuperuser` makes one."""
        return self.create_user(email, password, **{"is_superuser": True, "is_steward": True, **fields})


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What a person may do comes from memberships, never from the account alone."""

    email = models.EmailField(_("メールアドレス"), unique=True)
    name = models.CharField(_("氏名"), max_length=80, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    is_steward = models.BooleanField(_("運営者"), default=False)
    wants_mail = models.BooleanField(_("お知らせをメールでも受け取る"), default=True)
    mail_pace = models.CharField(_("メールの届け方"), max_length=10, choices=MailPace.choices, default=MailPace.AT_ONCE)
    quiet_from = models.PositiveSmallIntegerField(_("夜間など、メールを送らない時間（から）"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("夜間など、メールを送らない時間（まで）"), null=True, blank=True)
    """Full hours in Japan between which no mail is sent, 22 to 7 over midnight; both or neither."""
    session_round = models.PositiveIntegerField(default=0)
    """Counted up, it ends every session of the person: `get_session_auth_hash` is part of each."""
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("利用者")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(condition=Q(mail_pace__in=MailPace.values), name="user_mail_pace_known"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__lt=24, quiet_until__lt=24) & ~Q(quiet_from=F("quiet_until")),
                name="user_quiet_hours_are_two_hours_of_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def called(self) -> str:
        """The name for people of other organizations, who may not know the address."""
        return self.name or gettext("氏名の登録がない方")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to be this person's: it changes with the password, and when access is taken."""
        carried = f"{self.password}:{self.session_round}"
        return salted_hmac("network.User.session", carried, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """A person in an organization, with a role."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey("network.Organization", models.CASCADE, related_name="memberships")
    role = models.CharField(_("役割"), max_length=10, choices=Role.choices, default=Role.MEMBER)

    class Meta:
        verbose_name = _("所属")
        constraints = [models.UniqueConstraint(fields=["user", "organization"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.organization} ({self.role})"


class LabFacilitator(models.Model):
    """A person who facilitates for a lab."""

    user = models.ForeignKey(User, models.CASCADE, related_name="facilitated")
    lab = models.ForeignKey("network.Lab", models.CASCADE, related_name="facilitators")

    class Meta:
        verbose_name = _("ラボのファシリテーター")
        constraints = [models.UniqueConstraint(fields=["user", "lab"], name="facilitator_once")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.lab}"


class Team(models.Model):
    """Organizations that work together on one client's matter; the key `team:7` opens what is for them.

    An app above the registry keeps a team in step with what it stands for (a case's participants, an engagement).
    """

    name = models.CharField(_("名称"), max_length=200)
    organizations = models.ManyToManyField("network.Organization", through="TeamMember", related_name="teams")

    class Meta:
        verbose_name = _("支援チーム")

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """An organization in a team: all its members hold the team's key."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="members")
    organization = models.ForeignKey("network.Organization", models.CASCADE, related_name="team_memberships")

    class Meta:
        verbose_name = _("支援チームの機関")
        constraints = [models.UniqueConstraint(fields=["team", "organization"], name="team_member_once")]

    def __str__(self) -> str:
        return f"{self.organization} @ {self.team}"

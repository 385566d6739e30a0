"""Accounts and what belongs to them: roles, preferences, blocks, mutes, follows and links."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .lookalikes import FOREIGN, LATIN

ANONYMOUS_AUTHOR_ID = 0
"""Owns data that was imported without an author. Its edits are not public, so that no response names it."""


class NormalName(models.Func):
    """A display name in the normal form used for comparisons."""

    template = "normalize(%(expressions)s, NFKC)"
    output_field = models.TextField()


class LookAlike(models.Func):
    """A display name as readers take it in: in normal form, with Latin letters for those that look like them."""

    template = f"lower(translate(normalize(%(expressions)s, NFKC), '{FOREIGN}', '{LATIN}'))"
    output_field = models.TextField()


class UserManager(BaseUserManager["User"]):
    def create_user(self, display_name: str, email: str | None, password: str, **fields: Any) -> "User":
        user = self.model(display_name=display_name, email=email and self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):  # type: ignore[django-manager-missing] # oauth2_provider has no types
    """A mapper. Authors of imported data are users too, without an email address and a usable password."""

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        ACTIVE = "active", _("active")
        CONFIRMED = "confirmed", _("confirmed")
        SUSPENDED = "suspended", _("suspended")
        DELETED = "deleted", _("deleted")

    class Editor(models.TextChoices):
        ID = "id", _("iD (in the browser)")
        REMOTE = "remote", _("Remote control (JOSM and others)")

    id = models.BigAutoField(primary_key=True)
    display_name = models.CharField(max_length=255, unique=True)
    email = models.EmailField(unique=True, null=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(default=timezone.now)
    data_public = models.BooleanField(default=True)
    terms_seen = models.BooleanField(default=False)
    terms_agreed = models.DateTimeField(null=True)
    tou_agreed = models.DateTimeField(null=True)
    consider_pd = models.BooleanField(default=False)
    email_valid = models.BooleanField(default=False)
    new_email = models.EmailField(null=True)
    description = models.TextField(default="", blank=True)
    description_format = models.CharField(max_length=8, default="markdown")
    company = models.CharField(max_length=255, null=True)
    home_lat = models.FloatField(null=True)
    home_lon = models.FloatField(null=True)
    home_zoom = models.SmallIntegerField(default=3)
    home_location_name = models.CharField(max_length=255, null=True)
    languages = models.CharField(max_length=255, null=True)
    preferred_editor = models.CharField(max_length=16, choices=Editor, null=True)
    image_use_gravatar = models.BooleanField(default=False)
    public_heatmap = models.BooleanField(default=True)
    creation_address = models.GenericIPAddressField(null=True)
    changesets_count = models.IntegerField(default=0)
    traces_count = models.IntegerField(default=0)

    USERNAME_FIELD = "display_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    class Meta:
        indexes = [
            models.Index(Lower("display_name"), name="users_lower_name"),
            models.Index(Lower(NormalName("display_name")), name="users_alike_name"),
            models.Index(LookAlike("display_name"), name="users_look_alike_name"),
            models.Index(Lower("email"), name="users_lower_email"),
            models.Index(fields=["created_at"], name="users_created_at"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Return whether the account may be used: active or confirmed."""
        return self.status in {self.Status.ACTIVE, self.Status.CONFIRMED}

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Return a hash that ends sessions when the password or the email address changes."""
        identity = f"{self.email or ''}\n{self.password}"
        return salted_hmac("users.User.session", identity, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_visible(self) -> bool:
        """Return whether others can see the profile: not suspended, not deleted."""
        return self.status not in {self.Status.SUSPENDED, self.Status.DELETED}


class Session(AbstractBaseSession):
    """A session of a browser; the user is None until somebody logs in (sessions.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")


class EditorToken(models.Model):
    """The access token that the editor got in a session, and that ends with it.

    Not in the session's data, which requests that began earlier overwrite. No foreign key: the token has to be found when
    the session is already gone.
    """

    session_key = models.CharField(max_length=40, primary_key=True)
    token = models.ForeignKey("oauth2_provider.AccessToken", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"editor token {self.token_id}"


class UserRole(models.Model):
    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        MODERATOR = "moderator", _("moderator")
        IMPORTER = "importer", _("importer")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=13, choices=Role)
    granter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="users_one_of_each_role")]

    def __str__(self) -> str:
        return self.role


class UserPreference(models.Model):
    pk = models.CompositePrimaryKey("user_id", "k")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="preferences")
    k = models.CharField(max_length=255)
    v = models.CharField(max_length=255)

    def __str__(self) -> str:
        return f"{self.k}={self.v}"


class UserBlockQuerySet(models.QuerySet["UserBlock"]):
    def active(self) -> "UserBlockQuerySet":
        """Return the blocks that are active now; see `UserBlock.is_active`."""
        return self.filter(models.Q(needs_view=True) | models.Q(ends_at__gt=timezone.now()))


class UserBlock(models.Model):
    """Keeps a user from using the API until a given time, or until they have read the reason."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks")
    creator = models.ForeignKey(User, on_delete=models.CASCADE, related_name="blocks_created")
    revoker = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="blocks_revoked")
    reason = models.TextField()
    reason_format = models.CharField(max_length=8, default="markdown")
    ends_at = models.DateTimeField()
    needs_view = models.BooleanField(default=False)
    deactivates_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UserBlockQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["creator", "id"], name="users_blocks_by_creator")]

    def __str__(self) -> str:
        return f"block {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.needs_view or not self.time_is_over

    @property
    def time_is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def over_since(self) -> datetime:
        """Return when an ended block stopped being active: at its end, or when the user read it after that."""
        return self.deactivates_at or self.ends_at


class UserMute(models.Model):
    """Hides messages that the subject sends to the owner."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mutes")
    subject = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "subject"], name="users_one_mute_each")]

    def __str__(self) -> str:
        return f"{self.owner_id} mutes {self.subject_id}"


class Follow(models.Model):
    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    following = models.ForeignKey(User, on_delete=models.CASCADE, related_name="followed_by")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "following"], name="users_one_follow_each")
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.following_id}"


class SocialLink(models.Model):
    """A web URL or a handle such as `@user@host` (see social_links.py)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="social_links")
    url = models.URLField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.url

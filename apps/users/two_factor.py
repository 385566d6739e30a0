"""The second step of a login: a passkey (passkeys.py), a code from an app (TOTP), or a recovery code."""

from base64 import b64encode
from collections.abc import Mapping

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from .known_devices import device_of
from .models import User
from .rate_limits import CODES_PER_ACCOUNT
from .sessions import end_sessions

_WITH_CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
_SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_enabled(user: User) -> bool:
    """Return whether the account needs a second step."""
    return bool(Authenticator.objects.filter(user=user, type__in=_SECOND_STEPS).exists())


def has_totp(user: User) -> bool:
    """Return whether the user has set up an authenticator app."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def qr_code_url(user: User, *, secret: str) -> str:
    """Return the QR code with the secret for the app, as a `data:` URL."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


@transaction.atomic
def enable_totp(user: User, *, secret: str, code: str, session: str | None) -> list[str]:
    """Require codes from an app from now on. Returns the recovery codes if the user had none before.

    The first second step ends all sessions except for the one with the key `session`. Raises ValidationError for a
    wrong code.
    """
    User.objects.select_for_update().get(pk=user.pk)
    if has_totp(user):
        raise ValidationError(_("Two-factor authentication is already on."))
    if not validate_totp_code(secret, code):
        raise ValidationError(_("That code is not correct. Please enter the code that your app shows now."))
    end_sessions_without_second_step(user, keep=session)
    TOTP.activate(user, secret)
    return ensure_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes. Raises ValidationError if the account has no second step."""
    if not is_enabled(user):
        raise ValidationError(_("Two-factor authentication is off."))
    return _create_recovery_codes(user)


@transaction.atomic
def disable_totp(user: User) -> None:
    """Remove the app. Without passkeys, the password alone is enough to log in again."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    drop_unneeded_recovery_codes(user)


def end_sessions_without_second_step(user: User, *, keep: str | None) -> None:
    """End all sessions except for `keep` if the account had no second step before: the password may be known."""
    if not is_enabled(user):
        end_sessions(user, keep=keep)


def ensure_recovery_codes(user: User) -> list[str]:
    """Create recovery codes unless the user has some. Returns the new ones. The caller has locked the user."""
    return [] if _recovery_codes(user) else _create_recovery_codes(user)


def drop_unneeded_recovery_codes(user: User) -> None:
    """Delete the recovery codes if the account has no second step any more. The caller has locked the user."""
    if not is_enabled(user):
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()


def recovery_codes_left(user: User) -> int:
    stored = _recovery_codes(user)
    return len(RecoveryCodes(stored).get_unused_codes()) if stored else 0


@transaction.atomic
def check_code(user: User, *, code: str, cookies: Mapping[str, str] | None = None) -> None:
    """Raise ValidationError unless this is the app's current code or a recovery code. Each is valid once."""
    who = counted_as(user, cookies)
    if not CODES_PER_ACCOUNT.hit(who):
        raise ValidationError(_("Too many attempts. Please try again in 15 minutes."))
    authenticators = (
        Authenticator.objects.select_for_update().filter(user=user, type__in=_WITH_CODES).order_by("pk")
    )
    code = "".join(code.split())
    for authenticator in authenticators:
        if _accepts(authenticator, code):
            authenticator.record_usage()
            CODES_PER_ACCOUNT.reset(who)
            return
    raise ValidationError(_("That code is wrong, has expired, or was already used."))


def counted_as(user: User, cookies: Mapping[str, str] | None) -> object:
    """Return what the attempts of a second step are counted by: the account, or a device that its cookies prove to be
    known, so that someone who has the password cannot lock the owner out there."""
    return device_of(user, cookies or {}) or user.pk


def _accepts(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return bool(RecoveryCodes(authenticator).validate_code(code))
    try:
        return bool(TOTP(authenticator).validate_code(code))
    except RedisError:
        # Without Redis we cannot tell whether the code was used before, but we can tell whether it is right.
        return bool(validate_totp_code(decrypt(authenticator.data["secret"]), code))


def _recovery_codes(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()


def _create_recovery_codes(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).get_unused_codes())

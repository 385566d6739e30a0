"""The second step of a log-in: a passkey (passkeys.py), a code of an app (TOTP), or one of the codes for the
day these are lost."""

from base64 import b64encode

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.mfa.utils import decrypt
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from .models import User
from .rate_limits import CODES_PER_ACCOUNT

_WITH_CODES = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
_SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_enabled(user: User) -> bool:
    """Whether the password alone does not open the account."""
    return bool(Authenticator.objects.filter(user=user, type__in=_SECOND_STEPS).exists())


def has_totp(user: User) -> bool:
    """Whether an app of the user's gives codes."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def qr_code_url(user: User, *, secret: str) -> str:
    """The QR code that an app reads the secret from, as a `data:` address."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(user, secret))
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()


@transaction.atomic
def enable_totp(user: User, *, secret: str, code: str) -> list[str]:
    """Asks for codes from now on; returns the recovery codes where there were none. Raises ValidationError
    for a code that the secret does not give."""
    User.objects.select_for_update().get(pk=user.pk)
    if has_totp(user):
        raise ValidationError(_("It is on already."))
    if not validate_totp_code(secret, code):
        raise ValidationError(_("This is not the code that the app should show now."))
    TOTP.activate(user, secret)
    return ensure_recovery_codes(user)


@transaction.atomic
def renew_recovery_codes(user: User) -> list[str]:
    """New ones in place of the old ones. Raises ValidationError where there is no second step."""
    if not is_enabled(user):
        raise ValidationError(_("It is off."))
    return _fresh_recovery_codes(user)


@transaction.atomic
def disable_totp(user: User) -> None:
    """Asks for no codes of the app any more; without passkeys, the password alone opens the account again."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    drop_unneeded_recovery_codes(user)


def ensure_recovery_codes(user: User) -> list[str]:
    """New ones where the user has none; else nothing, as the old ones stay good. The caller holds the user."""
    return [] if _recovery_codes(user) else _fresh_recovery_codes(user)


def drop_unneeded_recovery_codes(user: User) -> None:
    """Forgets them where nothing asks for them any more. The caller holds the user."""
    if not is_enabled(user):
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()


def recovery_codes_left(user: User) -> int:
    held = _recovery_codes(user)
    return len(RecoveryCodes(held).get_unused_codes()) if held else 0


@transaction.atomic
def check_code(user: User, *, code: str) -> None:
    """Raises ValidationError unless the code is the app's of now, or a recovery code; each is good once."""
    if not CODES_PER_ACCOUNT.hit(user.pk):
        raise ValidationError(_("There were too many attempts. Please wait a quarter of an hour."))
    held = Authenticator.objects.select_for_update().filter(user=user, type__in=_WITH_CODES).order_by("pk")
    code = "".join(code.split())
    for authenticator in held:
        if _opens(authenticator, code):
            authenticator.record_usage()
            CODES_PER_ACCOUNT.reset(user.pk)
            return
    raise ValidationError(_("This code is wrong, too old, or was used already."))


def _opens(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return bool(RecoveryCodes(authenticator).validate_code(code))
    try:
        return bool(TOTP(authenticator).validate_code(code))
    except RedisError:
        # Who has used which code cannot be looked up now; that the code is right can.
        return bool(validate_totp_code(decrypt(authenticator.data["secret"]), code))


def _recovery_codes(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()


def _fresh_recovery_codes(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(user).get_unused_codes())

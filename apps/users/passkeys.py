"""Passkeys (WebAuthn): the second step of a login, or a login without a password.

A ceremony has two halves: the server sends a challenge to the browser and remembers its `state`; the browser returns
a credential with which the device has signed the challenge. A state is valid for one purpose and one use: views store
it in the session.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from . import two_factor
from .login import LoginRefusedError, TooManyLoginsError
from .models import User
from .rate_limits import CODES_PER_ACCOUNT, LOGINS_PER_ADDRESS, network_of

logger = logging.getLogger(__name__)

MAX_PASSKEYS = 20
LONGEST_CREDENTIAL = 20_000
"""Characters of a browser's credential, which usually has a few thousand."""

State = dict[str, str]


class BadPasskeyError(LoginRefusedError):
    def __str__(self) -> str:
        return _("This passkey was not accepted. Please try again.")


@dataclass(frozen=True)
class Challenge:
    """The options for the browser, and the state that the server needs to check the credential."""

    options: dict[str, Any]
    state: State


def domain_of(host: str) -> str | None:
    """Return the domain that passkeys are bound to for a request to this host; None if browsers allow none there.

    Browsers require a host name rather than an IP address, and HTTPS except for `localhost`.
    """
    public = urlsplit(settings.PUBLIC_URL)
    name = public.hostname or ""
    if _is_this_machine(name):
        return "localhost" if host == "localhost" else None
    return name if public.scheme == "https" and not _is_ip_address(name) else None


def local_url(host: str, port: str, path: str) -> str | None:
    """Return the URL at which a page of an instance on this machine can use passkeys; None for other instances."""
    if not (_is_this_machine(host) and _is_this_machine(urlsplit(settings.PUBLIC_URL).hostname or "")):
        return None
    return f"http://localhost{':' if port else ''}{port}{path}"


def passkeys_of(user: User) -> list[Authenticator]:
    """Return the user's passkeys, oldest first."""
    return list(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def begin_registration(user: User, *, domain: str) -> Challenge:
    """Begin to add a passkey; devices refuse if they already have one for this account.

    Raises ValidationError if the user has too many, before the device creates a useless one.
    """
    _check_room(user)
    options, state = _server(domain).register_begin(
        PublicKeyCredentialUserEntity(
            id=str(user.pk).encode(), name=user.display_name, display_name=user.display_name
        ),
        credentials=_credentials(user),
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
        extensions={"credProps": True},
    )
    return Challenge(dict(options), state)


@transaction.atomic
def add_passkey(
    user: User, *, name: str, credential: str, state: State, domain: str, session: str | None
) -> list[str]:
    """Store a new passkey; from now on the password alone is not enough to log in.

    The first second step ends all sessions except for the one with the key `session`. Returns the recovery codes if
    the user had none before. Raises ValidationError, BadPasskeyError.
    """
    User.objects.select_for_update().get(pk=user.pk)
    known_ids = {data.credential_id for data in _credentials(user)}
    _check_room(user)
    with _untrusted():
        response = RegistrationResponse.from_dict(json.loads(credential[:LONGEST_CREDENTIAL]))
        added = _server(domain).register_complete(state, response).credential_data
        if added is None or added.credential_id in known_ids:
            raise BadPasskeyError
        stored = _stored(response)
    two_factor.end_sessions_without_second_step(user, keep=session)
    WebAuthn.add(user, name, stored)
    return two_factor.ensure_recovery_codes(user)


def begin_second_step(user: User, *, domain: str) -> Challenge:
    """Begin to ask for one of the user's passkeys after the password."""
    options, state = _server(domain).authenticate_begin(
        _credentials(user), user_verification=UserVerificationRequirement.PREFERRED
    )
    return Challenge(dict(options), state)


@transaction.atomic
def check_passkey(
    user: User, *, credential: str, state: State, domain: str, cookies: Mapping[str, str] | None = None
) -> None:
    """Raise LoginRefusedError unless the credential is one of the user's passkeys.

    Attempts are counted as those with codes are (two_factor.py).
    """
    who = two_factor.counted_as(user, cookies)
    if not CODES_PER_ACCOUNT.hit(who):
        raise TooManyLoginsError(CODES_PER_ACCOUNT.seconds_left(who))
    with _untrusted():
        response = AuthenticationResponse.from_dict(json.loads(credential[:LONGEST_CREDENTIAL]))
    _check(user, response, state=state, domain=domain)
    CODES_PER_ACCOUNT.reset(who)


def begin_login(*, domain: str, address: str | None) -> Challenge:
    """Begin to ask for any passkey of this site; the PIN or fingerprint of its device replaces the password.

    Raises LoginRefusedError: attempts are counted here, as each of them needs a challenge of its own.
    """
    network = network_of(address)
    if not LOGINS_PER_ADDRESS.hit(network):
        raise TooManyLoginsError(LOGINS_PER_ADDRESS.seconds_left(network))
    options, state = _server(domain).authenticate_begin(
        user_verification=UserVerificationRequirement.REQUIRED
    )
    return Challenge(dict(options), state)


@transaction.atomic
def log_in_with_passkey(*, credential: str, state: State, domain: str, address: str | None) -> User:
    """Return the account of a passkey, whatever its status unless deleted. Raises LoginRefusedError."""
    with _untrusted():
        response = AuthenticationResponse.from_dict(json.loads(credential[:LONGEST_CREDENTIAL]))
        user_id = int((response.response.user_handle or b"").decode("ascii"))
    user = User.objects.exclude(status=User.Status.DELETED).filter(pk=user_id).first()
    if user is None:
        raise BadPasskeyError
    _check(user, response, state=state, domain=domain)
    LOGINS_PER_ADDRESS.undo(network_of(address))
    return user


def rename_passkey(user: User, *, passkey_id: int, name: str) -> None:
    """Rename a passkey if it is the user's."""
    for passkey in Authenticator.objects.filter(user=user, pk=passkey_id, type=Authenticator.Type.WEBAUTHN):
        passkey.data["name"] = name
        passkey.save(update_fields=["data"])


@transaction.atomic
def remove_passkey(user: User, *, passkey_id: int) -> None:
    """Delete a passkey; the recovery codes go with the user's last second step."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, pk=passkey_id, type=Authenticator.Type.WEBAUTHN).delete()
    two_factor.drop_unneeded_recovery_codes(user)


def _check_room(user: User) -> None:
    if len(passkeys_of(user)) >= MAX_PASSKEYS:
        raise ValidationError(_("You already have %(count)s passkeys."), params={"count": MAX_PASSKEYS})


def _server(domain: str) -> Fido2Server:
    def is_here(origin: str) -> bool:
        """Return whether the origin is this domain itself; the library would accept subdomains too."""
        parts = urlsplit(origin)
        return parts.hostname == domain and (parts.scheme == "https" or domain == "localhost")

    site = PublicKeyCredentialRpEntity(id=domain, name=_("OpenStreetMap"))
    return Fido2Server(site, attestation=AttestationConveyancePreference.NONE, verify_origin=is_here)


def _credentials(user: User) -> list[AttestedCredentialData]:
    return [passkey.wrap().authenticator_data.credential_data for passkey in passkeys_of(user)]


def _check(user: User, response: AuthenticationResponse, *, state: State, domain: str) -> None:
    """Raise BadPasskeyError unless a passkey of the user signed the challenge; record that it was used."""
    passkeys = passkeys_of(user)
    credentials = [passkey.wrap().authenticator_data.credential_data for passkey in passkeys]
    with _untrusted():
        used = _server(domain).authenticate_complete(state, credentials, response)
    passkeys[credentials.index(used)].record_usage()


def _stored(response: RegistrationResponse) -> dict[str, Any]:
    """Return the fields that are needed later, built here: the database does not accept every JSON from a client."""
    extensions: Any = response.client_extension_results
    properties = extensions.get("credProps") or {}
    credential_id = websafe_encode(response.raw_id)
    return {
        "id": credential_id,
        "rawId": credential_id,
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(response.response.client_data),
            "attestationObject": websafe_encode(response.response.attestation_object),
        },
        "clientExtensionResults": {"credProps": {"rk": properties.get("rk") is True}},
    }


@contextmanager
def _untrusted() -> Iterator[None]:
    """Turn every error into BadPasskeyError: client data can fail in the JSON, CBOR and key parsers in many ways."""
    try:
        yield
    except Exception as error:
        logger.info("a passkey was refused: %r", error)
        raise BadPasskeyError from error


def _is_this_machine(name: str) -> bool:
    return name == "localhost" or (_is_ip_address(name) and ip_address(name.strip("[]")).is_loopback)


def _is_ip_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True

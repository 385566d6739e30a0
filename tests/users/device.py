"""A passkey device in software: it returns what a browser would send."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Device:
    """A device with one passkey."""

    origin: str = "https://osm.example.org"
    is_verified: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = b"a passkey of the tests"
    handle: str | None = None

    def create(self, options: dict[str, Any]) -> str:
        """Return the response to a registration challenge."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        key = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))  # type: ignore[no-untyped-call]
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        about = self._about(asked["rp"]["id"], WITH_KEY) + attested
        return self._answer(
            clientDataJSON=self._client_data("webauthn.create", asked["challenge"]),
            attestationObject=cbor.encode({"fmt": "none", "attStmt": {}, "authData": about}),
        )

    def get(self, options: dict[str, Any]) -> str:
        """Return the response to a login challenge."""
        asked = options["publicKey"]
        about = self._about(asked["rpId"])
        client_data = self._client_data("webauthn.get", asked["challenge"])
        signed = about + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=about,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
            userHandle=websafe_decode(self.handle or ""),
        )

    def _about(self, domain: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + bytes(4)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        credential_id = websafe_encode(self.credential_id)
        return json.dumps(
            {
                "id": credential_id,
                "rawId": credential_id,
                "type": "public-key",
                "response": {name: websafe_encode(value) for name, value in response.items()},
                "clientExtensionResults": {"credProps": {"rk": True}, "\0": "\0"},
            }
        )

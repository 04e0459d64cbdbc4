"""Certificates for Content Credentials: an own key's, signed by an authority of its own that nobody else knows.

C2PA takes no bare keys. The authority's key is thrown away when it has signed, so the chain says no more than the key does:
who knows the key, knows the signer; to anybody else the signer is one that nobody vouches for.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["make_chain"]

_YEARS = 10
_USES = ("digital_signature", "key_cert_sign", "crl_sign")
_NO_USES = (
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "encipher_only",
    "decipher_only",
)


def make_chain(public: Any, name: str, *, since: datetime, until: datetime | None = None) -> str:
    """The certificate of a public key of Ed25519 and of its authority, in PEM. name: as it is shown; until: ten years later
    by default.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    authority = Ed25519PrivateKey.generate()
    span = (since, until or since + timedelta(days=365 * _YEARS))
    own = _certificate(public, name, authority, span, is_authority=False)
    root = _certificate(authority.public_key(), "artwright keys", authority, span, is_authority=True)
    return (own.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM)).decode("ascii")


def _certificate(
    public: Any, name: str, authority: Ed25519PrivateKey, span: tuple[datetime, datetime], *, is_authority: bool
) -> Any:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(text: str) -> x509.Name:
        parts = ((NameOID.COMMON_NAME, text), (NameOID.ORGANIZATION_NAME, "artwright"))
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])

    uses = {use: (use == "digital_signature") != is_authority for use in _USES} | dict.fromkeys(_NO_USES, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named("artwright keys"))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0].astimezone(UTC))
        .not_valid_after(span[1].astimezone(UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**uses), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(authority, None)

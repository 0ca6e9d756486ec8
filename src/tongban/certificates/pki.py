"""The keys that documents are signed with: a root, a document signer, a time stamper and a revocation list.

ECDSA P-256 with SHA-256, but for the time stamper, which is RSA-2048 because pyhanko's own stamper signs nothing
else. Demo roots say so in their name and are refused in production. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tongban.base.errors import Refusal
from tongban.base.words import Words

DEMO = "演示 DEMO"
_DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # id-kp-documentSigning, RFC 9336
_USAGES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
    "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip

Key = ec.EllipticCurvePrivateKey


class DemoRoot(Refusal):
    """A certificate chain of the demonstration, met in production."""

    def __init__(self) -> None:
        super().__init__(
            "demo_root",
            Words(zh="演示用证书不能在正式环境中使用", en="Demonstration certificates are not accepted in production"),
        )


def create(city: str, *, demo: bool, now: datetime, years: int = 10) -> dict[str, bytes]:
    """A node's document keys as PEM, by the names of the files they are kept in.

    ``document.key.pem``, ``document.chain.0.pem`` (signer), ``document.chain.1.pem`` (root), ``document.crl.pem``,
    ``timestamp.key.pem``, ``timestamp.chain.0.pem`` and ``root.key.pem``, which belongs off the machine in production.
    """
    mark = f"（{DEMO}）" if demo else ""
    root_key, signer_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    stamp_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    until = now + timedelta(days=365 * years)
    root = _root(_name(city, f"{city}电子文件根证书{mark}"), root_key, now, until)
    signer = _leaf(root, root_key, _name(city, f"{city}电子证照签名{mark}"), signer_key, _DOCUMENT_SIGNING, until)
    stamp = _leaf(
        root, root_key, _name(city, f"{city}时间戳{mark}"), stamp_key, ExtendedKeyUsageOID.TIME_STAMPING, until
    )
    return {
        "document.key.pem": _key_pem(signer_key),
        "document.chain.0.pem": _pem(signer),
        "document.chain.1.pem": _pem(root),
        "document.crl.pem": revocation_list(root, root_key, now=now),
        "timestamp.key.pem": _key_pem(stamp_key),
        "timestamp.chain.0.pem": _pem(stamp),
        "root.key.pem": _key_pem(root_key),
    }


def revocation_list(
    root: x509.Certificate, root_key: Key, *, now: datetime, revoked: tuple[int, ...] = (), days: int = 400
) -> bytes:
    """A CRL in PEM that names the revoked serial numbers and stands for ``days``; make a new one before it ends."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now - timedelta(minutes=5))
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    )
    for serial in revoked:
        row = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
        builder = builder.add_revoked_certificate(row.build())
    return builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def is_demo(certificate: x509.Certificate) -> bool:
    """Whether the certificate is the demonstration's: its own name or its issuer's says so."""
    names = (certificate.subject, certificate.issuer)
    return any("DEMO" in str(part.value).upper() for name in names for part in name)


def accept(chain: list[x509.Certificate], *, demo: bool) -> None:
    """Raise ``DemoRoot`` when a chain of the demonstration is met outside of it."""
    if not demo and any(is_demo(one) for one in chain):
        raise DemoRoot


def trusted(chain: list[x509.Certificate], roots: list[x509.Certificate], *, at: datetime) -> bool:
    """Whether the first of ``chain`` was issued by one of ``roots`` for signing documents, and both stood at ``at``."""
    leaf = chain[0]
    return _for_documents(leaf) and any(
        root.not_valid_before_utc <= at <= root.not_valid_after_utc
        and leaf.not_valid_before_utc <= at <= leaf.not_valid_after_utc
        and _issued(leaf, root)
        for root in roots
    )


def _for_documents(leaf: x509.Certificate) -> bool:
    try:
        return _DOCUMENT_SIGNING in leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False


def _issued(leaf: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(root)
    except Exception as wrong:
        del wrong
        return False
    return True


def _root(name: x509.Name, key: Key, now: datetime, until: datetime) -> x509.Certificate:
    return (
        _builder(name, name, key.public_key(), now - timedelta(days=1), until)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf(
    root: x509.Certificate,
    root_key: Key,
    name: x509.Name,
    key: Key | rsa.RSAPrivateKey,
    purpose: x509.ObjectIdentifier,
    until: datetime,
) -> x509.Certificate:
    usages = ("digital_signature",) if purpose == ExtendedKeyUsageOID.TIME_STAMPING else _SIGNING
    return (
        _builder(root.subject, name, key.public_key(), root.not_valid_before_utc, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(*usages), critical=True)
        # RFC 3161: the time stamper's purpose is critical and alone.
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=purpose == ExtendedKeyUsageOID.TIME_STAMPING)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )


_SIGNING = ("digital_signature", "content_commitment")


def _builder(
    issuer: x509.Name,
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _name(city: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{city} Tongban"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*wanted: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in wanted for name in _USAGES})


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: Key | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

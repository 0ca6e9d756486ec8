"""Signing documents: PDFs as PAdES (ETSI EN 319 142), data as JWS (ES256) with the signer's chain in ``x5c``.

A PDF gets level B-LT where the signer has a revocation list that stands and a time stamper, else B-B.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import Any

import msgspec
from asn1crypto import cms
from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import pem as asn1_pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import as_signing_certificate, simple_cms_attribute
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import EmbeddedPdfSignature, validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from tongban.base.cryptography import canonical, jws, keys
from tongban.base.cryptography.errors import CryptographyError
from tongban.certificates import pki

KIND = "certificate+jws"

# pyhanko warns at each signature that nothing is fetched: revocation data is given to it, and no network is wanted.
logging.getLogger("pyhanko.sign.signers.pdf_signer").addFilter(
    lambda record: "fetching is not allowed" not in record.getMessage()
)


# What parsing a stranger's certificate or token can raise: each means that it is not ours.
_UNREADABLE = (
    CryptographyError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)


class _Stamper(DummyTimeStamper):
    """RFC 3161 stamps with the RSA key parsed once: parsing proves its primes, which takes longer than all the rest."""

    @cached_property
    def _key(self) -> RSAPrivateKey:
        found = serialization.load_der_private_key(self.tsa_key.dump(), password=None)
        if not isinstance(found, RSAPrivateKey):
            raise TypeError("the time-stamp key is not an RSA key")
        return found

    def _sign_tst_info(self, tst_info_data: bytes, md_algorithm: str, dt: datetime) -> tuple[bytes, cms.CMSAttributes]:
        digest = hashlib.new(md_algorithm, tst_info_data).digest()
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", cms.Time({"utc_time": dt})),
                simple_cms_attribute("signing_certificate", as_signing_certificate(self.tsa_cert)),
                simple_cms_attribute("message_digest", digest),
            ]
        )
        known = get_pyca_cryptography_hash(md_algorithm.upper())
        return self._key.sign(attributes.dump(), PKCS1v15(), known), attributes


class Signer:
    """A node's document keys, parsed once. ``chain`` is PEM, the signer's first, the root last."""

    def __init__(
        self,
        key: bytes,
        chain: list[bytes],
        *,
        crl: bytes | None = None,
        stamp_key: bytes | None = None,
        stamp_chain: list[bytes] | None = None,
    ) -> None:
        self.key = keys.private_from_pem(key)
        self.chain = [x509.load_pem_x509_certificate(one) for one in chain]
        self._asn1_chain = [_asn1(one) for one in chain]
        self._crl = crl
        self._stamp = (stamp_key, stamp_chain[0]) if stamp_key and stamp_chain else None
        # Hex digits that a signature is given, long-term or not: the first one of a process is signed twice to find it.
        self._room: dict[bool, int] = {}
        self._pdf = signers.SimpleSigner(
            signing_cert=self._asn1_chain[0],
            signing_key=asn1_keys.PrivateKeyInfo.load(_der(key)),
            cert_registry=SimpleCertificateStore.from_certs(self._asn1_chain),
        )

    @cached_property
    def x5c(self) -> list[str]:
        """The chain as RFC 7515 wants it: base64 DER, the signer's first."""
        return [base64.b64encode(one.dump()).decode() for one in self._asn1_chain]

    @cached_property
    def stamper(self) -> DummyTimeStamper | None:
        """RFC 3161 time stamps under the node's own time-stamp key, without a network; None where there is no key."""
        if self._stamp is None:
            return None
        key, certificate = self._stamp
        return _Stamper(
            tsa_cert=_asn1(certificate),
            tsa_key=asn1_keys.PrivateKeyInfo.load(_der(key)),
            certs_to_embed=SimpleCertificateStore.from_certs(self._asn1_chain[1:]),
        )

    def long_term(self, at: datetime) -> bool:
        """Whether a signature made at ``at`` can be B-LT."""
        if self._crl is None or self.stamper is None:
            return False
        until = x509.load_pem_x509_crl(self._crl).next_update_utc
        return until is not None and at < until

    def context(self) -> ValidationContext:
        """What to validate our own signatures against, without a network."""
        crls = [asn1_crl.CertificateList.load(_der(self._crl))] if self._crl else []
        return ValidationContext(
            trust_roots=[self._asn1_chain[-1]], crls=crls, allow_fetching=False, revocation_mode="soft-fail"
        )

    def sign_pdf(self, pdf: bytes, *, reason: str, place: str, at: datetime) -> bytes:
        """The PDF with one more revision: an invisible signature over everything before it."""
        long_term = self.long_term(at)
        meta = signers.PdfSignatureMetadata(
            field_name="Signature1",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            location=place,
            embed_validation_info=long_term,
            validation_context=self.context() if long_term else None,
        )
        out = BytesIO()
        signer = signers.PdfSigner(meta, self._pdf, timestamper=self.stamper if long_term else None)
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out, bytes_reserved=self._room.get(long_term))
        if long_term not in self._room:
            self._room[long_term] = _room(out)
        return out.getvalue()

    def sign_data(self, payload: dict[str, Any]) -> str:
        """A compact JWS of the payload's canonical JSON."""
        return jws.sign(self.key, canonical.dumps(payload), kind=KIND, x5c=self.x5c)


class PdfVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a PDF's signature. ``valid`` is all of: intact, whole file covered, chain trusted."""

    signed: bool
    intact: bool = False
    trusted: bool = False
    whole: bool = False
    signer: str = ""
    demo: bool = False
    reason: str = ""

    @property
    def valid(self) -> bool:
        return self.signed and self.intact and self.trusted and self.whole


class DataVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a signed data certificate; ``payload`` only when it is valid."""

    valid: bool
    payload: dict[str, Any] | None = None
    signer: str = ""
    demo: bool = False
    reason: str = ""


def verify_pdf(pdf: bytes, roots: list[x509.Certificate]) -> PdfVerdict:
    """Judge the last signature of a PDF against ``roots``, without a network."""
    try:
        found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return _judged(found[-1], roots) if found else PdfVerdict(signed=False, reason="not_signed")
    except Exception as wrong:
        # Anybody may hand in any bytes, and the parsers below raise whatever they meet: all of it means "no".
        return PdfVerdict(signed=False, reason=f"unreadable: {type(wrong).__name__}")


def _judged(signature: EmbeddedPdfSignature, roots: list[x509.Certificate]) -> PdfVerdict:
    trust = [asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in roots]
    context = ValidationContext(trust_roots=trust, allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(signature, context)
    signer = x509.load_der_x509_certificate(status.signing_cert.dump())
    return PdfVerdict(
        signed=True,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        whole=_whole(status),
        signer=signer.subject.rfc4514_string(),
        demo=pki.is_demo(signer),
        reason="" if status.bottom_line else status.summary(),
    )


def verify_data(token: bytes, roots: list[x509.Certificate], *, at: datetime) -> DataVerdict:
    """Judge a data certificate: signature, chain to one of ``roots`` at the time of issue, form. Offline.

    Says nothing of its status today: ask the issuer's verification page for that. ``at`` stands where the payload
    claims to have been issued later.
    """
    try:
        chain, payload = _opened(token)
        issued = datetime.fromisoformat(payload["issued_at"])
        demo = pki.is_demo(chain[0])
        if issued > at or not pki.trusted(chain, roots, at=issued):
            return DataVerdict(valid=False, reason="not_trusted", demo=demo)
    except _UNREADABLE as wrong:
        return DataVerdict(valid=False, reason=f"signature: {type(wrong).__name__}")
    return DataVerdict(valid=True, payload=payload, signer=chain[0].subject.rfc4514_string(), demo=demo)


def _opened(token: bytes) -> tuple[list[x509.Certificate], dict[str, Any]]:
    """The chain and the content of a JWS that the first of its chain signed; nobody is trusted yet."""
    text = token.decode("ascii").strip()
    # One spelling only: base64url with stray last bits would be the same signature under another digest.
    head, *_ = (keys.unb64(part) for part in text.split("."))
    coded = canonical.loads(head, depth=8)["x5c"]
    chain = [x509.load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in coded]
    key = keys.PublicKey(chain[0].public_key())  # type: ignore[arg-type]
    return chain, canonical.loads(jws.verify(text, {key.id: key}, kind=KIND).payload)


def _whole(status: PdfSignatureStatus) -> bool:
    """The signature covers the file, but for validation data that was added after it (ETSI EN 319 142-1, 5.4)."""
    kept = status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    return kept and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION


def _room(signed: BytesIO) -> int:
    """Hex digits that were reserved for a PDF's last signature: half as much again as it took."""
    return 2 * len(PdfFileReader(signed).embedded_regular_signatures[-1].pkcs7_content)


def _der(data: bytes) -> bytes:
    return asn1_pem.unarmor(data)[2] if asn1_pem.detect(data) else data


def _asn1(data: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(_der(data))

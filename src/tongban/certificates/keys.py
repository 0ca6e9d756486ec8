"""What this room takes from the node: document keys, addresses, types on disk. The only module here that reads settings.

Fonts and keys are read once for each process.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from cryptography import x509
from django.conf import settings

from tongban.base.errors import NotFound
from tongban.base.words import Words
from tongban.certificates import letters, pki, types
from tongban.certificates.press import Press
from tongban.certificates.seal import Signer

HERE = ZoneInfo("Asia/Shanghai")


@lru_cache(maxsize=1)
def signer() -> Signer:
    """The node's document signer. Raises ``pki.DemoRoot`` for demonstration keys in production."""
    keys = settings.TONGBAN_KEYS
    found = Signer(
        keys.document_key,
        list(keys.document_chain),
        crl=getattr(keys, "document_crl", None),
        stamp_key=getattr(keys, "timestamp_key", None),
        stamp_chain=getattr(keys, "timestamp_chain", None),
    )
    pki.accept(found.chain, demo=demo())
    return found


@lru_cache(maxsize=1)
def press() -> Press:
    """The node's press, with the operator's further fonts in ``<home>/fonts``."""
    own = Path(settings.TONGBAN_HOME) / "fonts"
    return Press((own,) if own.is_dir() else ())


def roots() -> list[x509.Certificate]:
    """The roots that this node's own documents hang from."""
    return [signer().chain[-1]]


def demo() -> bool:
    """Whether the node is a demonstration."""
    return bool(settings.TONGBAN_DEMO)


def city() -> str:
    """The node's adcode."""
    return str(settings.TONGBAN_KEYS.adcode)


def address(code: str) -> str:
    """The public page on which a certificate or letter is verified."""
    return f"{settings.TONGBAN_BASE_URL.rstrip('/')}/verify/{code}"


def type_of(code: str) -> types.CertificateType:
    """The certificate type of this code as it now is on disk; NotFound otherwise. A new folder counts at once."""
    for folder in _folders():
        if types.CODE.fullmatch(code) and (folder / code / "type.yaml").is_file():
            files = (folder / code / "type.yaml", folder / code / "template.typ", _house() / "common.typ")
            return _load_type(folder / code, tuple(path.stat().st_mtime_ns for path in files))
    raise NotFound(
        "no_certificate_type", Words(zh=f"没有证照类型“{code}”", en=f"There is no certificate type “{code}”")
    )


def letter_kind(kind: str) -> letters.LetterKind:
    """The letter kind of this name; NotFound otherwise."""
    folder = _house() / "letters"
    if kind not in letters.kinds(folder):
        raise NotFound("no_letter_kind", Words(zh=f"没有文书种类“{kind}”", en=f"There is no kind of letter “{kind}”"))
    data = (folder / f"{name}.yaml" for name in (kind, *letters.SHARED))
    files = (*data, folder / "letter.typ", _house() / "common.typ")
    return _load_letter(folder, kind, tuple(path.stat().st_mtime_ns for path in files))


def _house() -> Path:
    """What every node shares."""
    return Path(settings.TONGBAN_REPOSITORY) / "services" / "certificates"


def _folders() -> tuple[Path, ...]:
    """The node's own types come before those of the house."""
    return Path(settings.TONGBAN_HOME) / "certificates", _house()


@lru_cache(maxsize=256)
def _load_type(folder: Path, changed: tuple[int, ...]) -> types.CertificateType:
    return types.load(folder, common=_house() / "common.typ")


@lru_cache(maxsize=64)
def _load_letter(folder: Path, kind: str, changed: tuple[int, ...]) -> letters.LetterKind:
    return letters.load(folder, kind)

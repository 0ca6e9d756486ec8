"""What makes the portal an app on a phone: the manifest, icons drawn from the city's mark, the service worker."""

from __future__ import annotations

import hashlib
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from tongban.ui import city, colour, words

SHELL = ("ui/tongban.css", "ui/portal.css", "ui/portal.js", "ui/tongban.js", "ui/mark.svg", "ui/chevron.svg")
SIZES = {"icon-192": (192, False), "icon-512": (512, False), "maskable-512": (512, True)}


def accent() -> str:
    """The city's colour, dark enough for white letters."""
    return colour.darkened(city.here().accent, until=5.2)


def manifest() -> dict[str, Any]:
    """The web app manifest in the language that is spoken."""
    name = words.w(city.here().name)
    icons: list[dict[str, str]] = [
        {"src": reverse("ui:icon-svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    ]
    for file, (pixels, whole) in SIZES.items():
        purpose = "maskable" if whole else "any"
        source = reverse("ui:icon", args=[file])
        icons.append({"src": source, "type": "image/png", "sizes": f"{pixels}x{pixels}", "purpose": purpose})
    return {
        "id": "/",
        "name": words.t(f"{name}通办", f"{name} Tongban"),
        "short_name": words.t("通办", "Tongban"),
        "description": words.t("在这里办任何城市的事", "Every city's services, from here"),
        "lang": words.t("zh-Hans", "en"),
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": accent(),
        "background_color": "#ffffff",
        "icons": icons,
        "shortcuts": _shortcuts(),
    }


def _shortcuts() -> list[dict[str, str]]:
    named = {"search": words.t("搜索", "Search"), "space": words.t("我的空间", "My space")}
    named["verify"] = words.t("核验证照", "Verify")
    links = getattr(settings, "TONGBAN_LINKS", {})
    return [{"name": text, "url": reverse(links[key])} for key, text in named.items() if key in links]


def icon_svg() -> str:
    """The mark as a drawing."""
    here, ink = city.here(), accent()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" fill="#fff"/>'
        f'<path d="M2 20h36" stroke="{ink}" stroke-width="5"/>'
        f'<circle cx="20" cy="20" r="13" fill="#fff" stroke="{ink}" stroke-width="4"/>'
        f'<text x="20" y="25.5" text-anchor="middle" font-family="sans-serif" font-weight="600" font-size="15" '
        f'fill="#14202b">{here.mark}</text></svg>'
    )


@lru_cache(maxsize=8)
def icon(name: str, mark: str, ink: str) -> bytes:
    """A PNG of the mark. A maskable one fills its square, the mark well within what any mask leaves."""
    pixels, whole = SIZES[name]
    ground, line, inside = (ink, "#ffffff", ink) if whole else ("#ffffff", ink, "#ffffff")
    picture = Image.new("RGB", (pixels, pixels), ground)
    draw = ImageDraw.Draw(picture)
    middle, radius, stroke = pixels / 2, pixels * (0.26 if whole else 0.34), pixels * 0.075
    reach = pixels * (0.36 if whole else 0.47)
    draw.rectangle((middle - reach, middle - stroke / 2, middle + reach, middle + stroke / 2), fill=line)
    ring = (middle - radius, middle - radius, middle + radius, middle + radius)
    draw.ellipse(ring, fill=inside, outline=line, width=round(stroke))
    font = ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), round(radius * 1.08))
    draw.text((middle, middle), mark, font=font, fill=line if whole else "#14202b", anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=2)
def worker(sheet: str) -> str:
    """The service worker's source, named after all that it keeps: other content is another worker."""
    source = Path(__file__).with_name("worker.js").read_text("utf-8")
    held = [Path(found).read_bytes() for each in SHELL if (found := finders.find(each))]
    digest = hashlib.sha256(b"\0".join([source.encode(), sheet.encode(), *held])).hexdigest()[:16]
    files = [*(static(each) for each in SHELL), f"{reverse('ui:city-css')}?v={city.here().stamp}"]
    return source.replace("VERSION", digest).replace("FILES_LIST", json.dumps(files))

"""The Jinja2 environment of every page: autoescaped, strict, with the words and the macros at hand.

In the settings::

    TEMPLATES = [{"BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": False, "DIRS": [],
                  "OPTIONS": {"environment": "tongban.ui.jinja.environment"}}]

Templates are found in the ``templates`` folder of every room that is installed.

``ui.<macro>`` finds any macro of ``ui/macros/*.html``: a page imports nothing, and a block rendered alone for htmx
has them too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
from django.apps import apps
from django.templatetags.static import static
from django.urls import reverse
from jinja2.utils import missing
from markupsafe import Markup, escape

from tongban.ui import charts, line, maps, words

MACROS = (
    "text", "forms", "pickers", "line", "clock", "materials", "data", "papers", "desk", "find", "maps", "answers", "space",
    "acting", "publish", "guide", "visit", "money", "bundle", "lanes",
)  # fmt: skip


class Careful(jinja2.StrictUndefined):
    """A name that is not in the context is a mistake, always. A part that a row of a list leaves out may be asked for
    ("is there a source?") but never printed."""

    __slots__ = ()

    def _absent_part(self) -> bool:
        return self._undefined_obj is not missing

    def __bool__(self) -> bool:
        return False if self._absent_part() else self._fail_with_undefined_error()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Careful) if self._absent_part() else self._fail_with_undefined_error()

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = jinja2.StrictUndefined.__hash__


class Macros:
    """``ui.button(...)`` in a template: the macro of that name, from whichever file of ``ui/macros`` holds it."""

    def __init__(self, env: jinja2.Environment) -> None:
        self._env = env
        self._home: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._home:
            self._find(name)
        return getattr(self._env.get_template(self._home[name]).module, name)

    def _find(self, name: str) -> None:
        for file in MACROS:
            template = f"ui/macros/{file}.html"
            if hasattr(self._env.get_template(template).module, name):
                self._home[name] = template
                return
        raise AttributeError(f"no macro {name!r} in ui/macros/")


def attributes(given: dict[str, Any]) -> Markup:
    """``{"hx_get": url, "disabled": True}`` as HTML attributes: ``_`` is written ``-``, None and False are left out."""
    parts = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        key = escape(name.replace("_", "-"))
        parts.append(key if value is True else Markup('{}="{}"').format(key, value))
    return Markup(" ").join(["", *parts]) if parts else Markup("")


def link(name: str, *args: object, **kwargs: object) -> str:
    """``url("portal:guide", code=…)``: the path of a named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def rooms() -> list[Path]:
    """The template folders of the rooms. Other apps' are left alone: theirs are written for Django's own language."""
    homes = (Path(app.path) / "templates" for app in apps.get_app_configs() if app.name.startswith("tongban."))
    return [home for home in homes if home.is_dir()]


def environment(**options: Any) -> jinja2.Environment:
    """The environment for ``django.template.backends.jinja2.Jinja2`` (its OPTIONS["environment"])."""
    given = options.get("loader")
    folders = [*getattr(given, "searchpath", ()), *rooms()]
    options["loader"] = jinja2.FileSystemLoader(folders)
    options.update(autoescape=True, undefined=Careful, trim_blocks=True, lstrip_blocks=True)
    options.setdefault("extensions", []).append("jinja2.ext.do")
    env = jinja2.Environment(**options)
    env.globals.update(
        t=words.t, w=words.w, said=words.said, language=words.language, static=static, url=link, ui=Macros(env),
        day=words.day, clock_time=words.clock_time, moment=words.moment, number=words.number, money=words.money,
        duration=words.duration, promise=words.promise, used_of=words.used_of, size=words.size,
        draw_line=line.draw, draw_map=maps.draw, bar_chart=charts.bars, line_chart=charts.curve,
    )
    env.filters.update(
        attributes=attributes, spaced=words.spaced, w=words.w, said=words.said, day=words.day, money=words.money, masked=words.masked,
        runs=words.runs, person_name=words.person_name, zip=lambda a, b: list(zip(a, b, strict=True)),
    )
    return env

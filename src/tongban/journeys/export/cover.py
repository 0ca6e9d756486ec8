"""The page of an export that is read without a network, in both languages: plain, with nothing to load and no script."""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any

TITLES = {
    "account": ("账号与身份", "Account and identity"),
    "sign-ins": ("登录与设备", "Sign-ins and devices"),
    "mandates": ("授权", "Mandates"),
    "drafts": ("草稿", "Drafts"),
    "cases": ("办件", "Cases"),
    "certificates": ("证照与副本", "Certificates and copies"),
    "messages": ("消息", "Messages"),
    "looks": ("谁看过您的数据，您做过什么", "Who read your data, and what you did"),
    "visits": ("预约与取号", "Visits to halls"),
    "exports": ("以往的导出", "Earlier exports"),
}
_STYLE = (
    "body{font:17px/1.7 system-ui,sans-serif;max-width:46em;margin:32px auto;padding:0 16px;color:#14202b}"
    "summary{cursor:pointer;font-weight:600;min-height:44px;padding:8px 0}pre{white-space:pre-wrap;"
    "overflow-wrap:anywhere;background:#f5f7f8;padding:16px;border-radius:8px;font-size:14px}a{color:#0b5c8a}"
)


def page(told: dict[str, Any], files: list[str], *, now: datetime, node: str) -> str:
    """``index.html``: every section folded, every file linked."""
    parts = [
        "<!doctype html><html lang='zh-Hans'><head><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width,initial-scale=1'><title>通办 · 我的全部数据 / All my data</title>"
        f"<style>{_STYLE}</style></head><body><h1>我的全部数据 · <span lang='en'>All my data</span></h1>"
        f"<p>{escape(node)} · {escape(now.strftime('%Y-%m-%d %H:%M'))}</p><p>这里是本节点保存的关于您的全部数据。请妥善保管。"
        "<br><span lang='en'>All that this node holds about you. Keep it safe.</span></p>"
    ]
    for name, rows in told.items():
        zh, en = TITLES[name]
        text = escape(json.dumps(rows, ensure_ascii=False, indent=1, default=str))
        parts.append(
            f"<details><summary>{zh} · <span lang='en'>{en}</span></summary>"
            f"<p><a href='data/{name}.json'>data/{name}.json</a></p><pre>{text}</pre></details>"
        )
    links = "".join(f"<li><a href='{escape(path)}'>{escape(path)}</a></li>" for path in files)
    parts.append(f"<h2>文件 · <span lang='en'>Files</span></h2><ul>{links or '<li>—</li>'}</ul></body></html>")
    return "".join(parts)

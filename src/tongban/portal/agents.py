"""Devices and sign-ins in words that their owner knows them by."""

from __future__ import annotations

from typing import Any

from tongban.base.words import Words
from tongban.ui import words

SYSTEMS = {
    "iphone": Words(zh="iPhone 手机", en="iPhone"),
    "ipad": Words(zh="iPad 平板", en="iPad"),
    "android": Words(zh="安卓手机或平板", en="Android phone or tablet"),
    "harmony": Words(zh="鸿蒙手机或平板", en="HarmonyOS phone or tablet"),
    "windows": Words(zh="Windows 电脑", en="Windows computer"),
    "mac": Words(zh="苹果电脑", en="Mac"),
    "linux": Words(zh="Linux 电脑", en="Linux computer"),
    "other": Words(zh="其他设备", en="Another device"),
}
BROWSERS = {
    "wechat": Words(zh="微信", en="WeChat"),
    "alipay": Words(zh="支付宝", en="Alipay"),
    "edge": Words(zh="Edge 浏览器", en="Edge"),
    "firefox": Words(zh="Firefox 浏览器", en="Firefox"),
    "chrome": Words(zh="Chrome 浏览器", en="Chrome"),
    "safari": Words(zh="Safari 浏览器", en="Safari"),
}
ENDED = {
    "signed-out": Words(zh="已退出", en="signed out"),
    "elsewhere": Words(zh="被您结束", en="ended by you"),
}


def device(kind: str) -> str:
    """A kind of device in words."""
    system, _, browser = kind.partition("/")
    said = words.w(SYSTEMS.get(system, SYSTEMS["other"]))
    return f"{said} · {words.w(BROWSERS[browser])}" if browser in BROWSERS else said


def tries(rows: list[Any]) -> list[list[Any]]:
    """Tries to sign in as rows of a table: when, from what, how it came out."""
    return [[words.moment(r.at), device(r.kind), _outcome(r)] for r in rows]


def _outcome(row: Any) -> str:
    if not row.right:
        return words.t("验证码不对，未登录", "wrong code, not signed in")
    ended = ENDED.get(row.ended_how)
    said = words.t("登录成功", "signed in")
    return f"{said}{words.t('，', ', ')}{words.w(ended)}" if ended else said

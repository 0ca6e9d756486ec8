"""What browsers say of themselves becomes few, coarse words."""

import pytest

from tongban.identity import agents

SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) {SAFARI}", "iphone/safari"),
        (f"Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) {SAFARI}", "ipad/safari"),
        (f"Mozilla/5.0 (Linux; Android 14; K) {CHROME}", "android/chrome"),
        (f"Mozilla/5.0 (Linux; Android 14; K) {CHROME} MicroMessenger/8.0.49", "android/wechat"),
        (f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {CHROME} ArkWeb/4.1", "harmony/chrome"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/124.0.0.0", "windows/edge"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0", "linux/firefox"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {CHROME}", "mac/chrome"),
        ("", "other/other"),
        ("curl/8.7.1", "other/other"),
        ("<script>alert(1)</script>" * 1000, "other/other"),
    ],
)
def test_a_browser_is_known_by_system_and_name_alone(agent, kind):
    assert agents.kind(agent) == kind

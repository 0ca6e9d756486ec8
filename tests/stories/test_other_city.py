"""A service that stands on Hangzhou's disk alone is offered in Songjiang, and taken back when Hangzhou retires it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).parents[2]
CODE, TITLE = "generated-elder-gift", "生成事项重阳节礼"


def tongban(home: Path, *words: str) -> str:
    """The command as an operator of one node runs it."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")}
    command = [sys.executable, "-m", "tongban.wiring.command", *words]
    done = subprocess.run(
        command, env=environment | {"TONGBAN_HOME": str(home)}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_service_of_hangzhous_own_disk_is_found_and_read_in_songjiang(world):
    hangzhou, songjiang = (world.world.node(adcode) for adcode in ("330100", "310117"))
    folder = hangzhou / "items" / "civil" / CODE
    shutil.copytree(REPOSITORY / "services" / "items" / "civil" / "old-age-allowance", folder)
    item = folder / "item.yaml"
    lines = item.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("title:"))
    lines[at] = f"title: {{zh: {TITLE}, en: Generated gift for elders}}"
    item.write_text("\n".join(lines) + "\n", "utf-8")

    tongban(hangzhou, "publish")
    tongban(songjiang, "pull", "--wait", "10")

    here = world.world.url("310117")
    found = httpx.get(f"{here}/api/services", params={"q": TITLE}, timeout=20).json()["services"]
    assert (found[0]["city"], found[0]["code"]) == ("330100", CODE)
    guide = httpx.get(f"{here}/services/330100/{CODE}", headers={"Accept-Language": "zh"}, timeout=20)
    assert guide.status_code == 200 and TITLE in guide.text
    assert not (songjiang / "items").exists()

"""Chromium and pdfsig for the tests: find them, install them, or say in one line what to do.

``find()`` gives Chromium's path; ``python -m demo.browser`` makes both ready and exits 1 with one line when it cannot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Chromium without its windows comes first: a new context costs it a quarter of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PACKAGES = ("chromium-headless-shell", "poppler-utils", "fonts-noto-cjk")


def find() -> str | None:
    """The path of a Chromium that starts: the system's, else playwright's own; None without one."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    own = _of_playwright()
    return own if own and _starts(own) else None


def pdfsig() -> str | None:
    """The path of poppler's pdfsig."""
    return shutil.which("pdfsig")


def ready() -> bool:
    """Both are there, after an attempt to install what is not."""
    if find() and pdfsig():
        return True
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("→ Chromium and poppler-utils by apt-get (a minute or two)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        apt = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "-qq", "update"], env=apt, **quiet)
        install = ["apt-get", "-qq", "-y", "install", "--no-install-recommends"]
        # One by one where together fails: a release that lacks one of them still gives the others, and a whole Chromium.
        if subprocess.run([*install, *PACKAGES], env=apt, **quiet).returncode:
            for package in (*PACKAGES, "chromium"):
                subprocess.run([*install, package], env=apt, **quiet)
    if not find():
        print("→ chromium by playwright", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True)
    return bool(find() and pdfsig())


def _of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    """Ubuntu's chromium-browser may be a stub that only asks for a snap: what counts is that it says its version."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and "snap" not in said.stdout + said.stderr


def main() -> int:
    """0 both are ready; 1 with one line that says what to do."""
    if ready():
        return 0
    lacking = [name for name, there in (("chromium", find()), ("poppler-utils (pdfsig)", pdfsig())) if not there]
    print(f"Missing: {', '.join(lacking)}. As root: apt-get install {' '.join(PACKAGES)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""A node's pages at another time of day: what a web process is given whose clock begins at ``TONGBAN_NOW`` (ISO 8601)."""

import os
from datetime import datetime

import time_machine

time_machine.travel(datetime.fromisoformat(os.environ["TONGBAN_NOW"]), tick=True).start()

from tongban.wiring import ready  # noqa: E402  nothing of the node may have looked at the clock before

ready.work_as()

from tongban.wiring.wsgi import application  # noqa: E402, F401

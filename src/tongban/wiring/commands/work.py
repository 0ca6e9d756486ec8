"""``tongban work``: do the work that was put off (sending, issuing, telling, watching deadlines)."""

from __future__ import annotations

import argparse

from tongban.wiring import modes, ready

NAME = "work"
HELP = "do queued work"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--concurrency N] [--once] [--home DIR]``."""
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs at a time")
    parser.add_argument("--once", action="store_true", help="end when nothing is waiting")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM; a job that was begun is finished first."""
    modes.require(ready.work_as(args.home))
    from procrastinate.contrib.django import app

    worker = app.with_connector(app.connector.get_worker_connector())
    worker.run_worker(
        concurrency=args.concurrency,
        wait=not args.once,
        fetch_job_polling_interval=2.0,
        shutdown_graceful_timeout=15.0,
    )
    return 0

"""Where the time of one lifecycle goes: ``python -m bench.profile [--cases N] [--lines N]``, in one process.

Prints every statement count, then functions by the time below them (cProfile adds about a third: read shares).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time

from bench.lifecycle import ALLOWANCE, WITHDRAWAL
from bench.node import BenchNode


def main() -> int:
    """Profile some lifecycles after two to warm up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5)
    parser.add_argument("--lines", type=int, default=45)
    parser.add_argument("--allowance", action="store_true", help="the instant item instead")
    args = parser.parse_args()
    node = BenchNode()
    try:
        node.node  # noqa: B018 - makes it
        walk = node.walk(node.people(1, elders=args.allowance)[0], inside=True)
        service = ALLOWANCE if args.allowance else WITHDRAWAL
        for _ in range(2):
            walk.go(service)
        began = time.process_time()
        for _ in range(args.cases):
            walk.go(service)
        print(
            f"{(time.process_time() - began) / args.cases * 1000:.0f} ms of CPU a lifecycle in this process, without the profiler"
        )
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(args.cases):
            walk.go(service)
        profile.disable()
        stats = pstats.Stats(profile).sort_stats("cumulative")
        stats.print_stats(r"tongban|typst|pyhanko/sign/signers/pdf_signer.py:.*\(sign_pdf\)", args.lines)
        stats.sort_stats("tottime").print_stats(20)
    finally:
        node.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""``tongban search QUERY``: find service items by what people say, as the portal's search does."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tongban.wiring import ready

NAME = "search"
HELP = "find service items in people's own words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``QUERY [--city ADCODE] [--limit N] [--json] [--home DIR]``."""
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--city", metavar="ADCODE", help="items of this city only")
    parser.add_argument("--limit", type=int, default=10, metavar="N")
    parser.add_argument("--json", action="store_true", help="a JSON list of code, title, score")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Print what was found, best first. 0, also when nothing fits: that is an answer."""
    node = ready.work_as(args.home)
    from tongban.catalog import queries as catalog

    found = catalog.search(args.query, city=args.city, here=node.adcode, limit=max(args.limit, 1))
    rows: list[dict[str, Any]] = [
        {"code": e.code, "title": e.title_zh, "score": round(float(e.score), 4), "city": e.city, "title_en": e.title_en}
        for e in found
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print("\n".join(f"{r['score']:.3f}  {r['city']}  {r['code']}  {r['title']} · {r['title_en']}" for r in rows))
    return 0

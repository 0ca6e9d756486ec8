"""``tongban search QUERY``: find service items by what people say, as the portal's search does."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from tongban.wiring import ready

NAME = "search"
HELP = "find service items in people's own words"
GRADES = ("applicable", "no-visit", "id-only", "instant")
LIMIT = 100  # characters of a query that are read, as the page does


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``QUERY [--city ADCODE] [--audience …] [--limit N] [--json] [--home DIR]``."""
    parser.add_argument("query", metavar="QUERY")
    parser.add_argument("--city", metavar="ADCODE", help="items of this city only")
    parser.add_argument("--audience", choices=("person", "firm"), default="", help="for whom it is")
    parser.add_argument("--subject", default="", help="p or f and a code of GB/T 39046, such as p085")
    parser.add_argument("--office", metavar="ROLE", default="", help="of this office")
    parser.add_argument("--grade", choices=GRADES, default="", help="the least that will do")
    parser.add_argument("--district", metavar="CODE", default="", help="at a counter in this county (of a county: street)")
    parser.add_argument("--limit", type=int, default=10, metavar="N")
    parser.add_argument("--json", action="store_true", help="a JSON list of code, title, score")
    ready.add_home(parser)


def run(args: argparse.Namespace) -> int:
    """Print what was found, best first, each once, as the page does. 0, also when nothing fits: that is an answer; 2 for
    a city that nothing is known of."""
    node = ready.work_as(args.home)
    from tongban.journeys import browse, find

    if args.city and args.city not in find.cities():
        print(f"No items of {args.city} are known here; of these they are: {' '.join(find.cities())}", file=sys.stderr)
        return 2
    found = browse.found(
        args.query.replace("\x00", "")[:LIMIT],
        here=args.city or node.adcode,
        chosen=browse.Chosen(
            city=args.city or "",
            audience=args.audience,
            subject=args.subject,
            office=args.office,
            grade=args.grade,
            district=args.district,
        ),
        at_most=max(args.limit, 1),
    )
    rows: list[dict[str, Any]] = [
        {"code": e.code, "title": e.title.zh, "score": e.score, "city": e.city, "title_en": e.title.en}
        for e in (row.hit for row in found)
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        print("\n".join(f"{r['score']:.3f}  {r['city']}  {r['code']}  {r['title']} · {r['title_en']}" for r in rows))
    return 0

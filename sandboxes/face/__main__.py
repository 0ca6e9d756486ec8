from pathlib import Path

from ..common.party import arguments, main
from .provider import Face

parser = arguments(Face)
parser.add_argument("--people", type=Path, action="append", default=[], help="CSV id_number,name: its national list")
parser.add_argument("--unlisted", choices=("refuse", "accept"), default="refuse", help="people not on any list")
parser.add_argument("--session-seconds", type=int, default=300, help="how long a page stays open")
main(Face, parser)

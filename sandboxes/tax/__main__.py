from pathlib import Path

from ..common.party import arguments, main
from .office import Tax

parser = arguments(Tax)
parser.add_argument("--district", required=True, help="6-digit division it serves; NNNN00 serves the whole city")
parser.add_argument("--auto", action="store_true", help="registers by itself what passes every check")
parser.add_argument("--contract", type=Path, help="JSON: this system's own field names -> names on the wire")
main(Tax, parser)

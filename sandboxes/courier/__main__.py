from ..common.party import arguments, main
from .carrier import Courier

main(Courier, arguments(Courier))

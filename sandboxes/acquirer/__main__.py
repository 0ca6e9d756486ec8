from ..common.party import arguments, main
from .till import Till

main(Till, arguments(Till))

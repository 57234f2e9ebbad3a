"""What the human answered, on disk before anything acts on it."""

from earmark.ledger.answers import Kept
from earmark.ledger.chain import Row, Verified
from earmark.ledger.identity import named
from earmark.ledger.ledger import Ledger, Merged
from earmark.ledger.place import Place, nearest, place_for, place_of
from earmark.ledger.stem_print import StemPrint, prints_of

__all__ = [
    "Kept",
    "Ledger",
    "Merged",
    "Place",
    "Row",
    "StemPrint",
    "Verified",
    "named",
    "nearest",
    "place_for",
    "place_of",
    "prints_of",
]

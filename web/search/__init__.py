"""Finding a reader by what people say: names, numbers, streets, cards. Desk and API ask the same; nothing is changed.

`asked` understands what was typed, `names` and `lookups` know how each kind is looked up by an index of its own,
`finding` puts a page together, `hits` says of each reader what a list shows.
"""

from .finding import PAGE, Found, find
from .hits import Hit, hits

__all__ = ["PAGE", "Found", "Hit", "find", "hits"]

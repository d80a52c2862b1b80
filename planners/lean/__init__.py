"""Plans as rows keep them: what was decided, and out of it the whole plan again. Standard library only.

A lean plan holds its decisions, and every leaf of the plan that the catalogue does not give back; so what is
read is what the planner returned, whatever the planner may compute by then. Nothing here is shared with the
planners on purpose: they change, and a row must be read for years. A change here is a new `FORMAT`.
"""

from planners.lean.catalogue import Catalogue, carried
from planners.lean.packing import Packed, pack, unpack, unpacked

__all__ = ["Catalogue", "Packed", "carried", "pack", "unpack", "unpacked"]

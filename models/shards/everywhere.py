"""Work that every database has to do by itself: a fault of one keeps the others from nothing."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from models.cluster import Cluster

logger = logging.getLogger(__name__)


def everywhere(
    databases: Iterable[Cluster], work: Callable[[Cluster], Mapping[str, int]], *, action: str
) -> dict[str, int]:
    """Do `work` on each database; return the sums of what they count.

    Raises
    ------
    Exception
        The first fault, when all have been tried: whoever keeps the time tries again.
    """
    counts: Counter[str] = Counter()
    faults: list[Exception] = []
    for database in databases:
        try:
            for name, count in work(database).items():
                counts[name] += count
        except Exception as fault:
            told = {"action": action, "shard": database.name}
            logger.error("%s is not done on %s: %r", action, database.name, fault, extra=told)
            faults.append(fault)
    if faults:
        raise faults[0]
    return dict(counts)

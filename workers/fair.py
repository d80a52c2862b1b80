"""Whose job goes next: start-time fair queueing over tenants, decided before Redis.

Each tenant has a virtual time, the number of its jobs sent divided by its weight. The next job is always
that of the waiting tenant with the least virtual time. A tenant that comes back starts at its own virtual
time or at that of now, whichever is later: so it neither waits behind another's backlog, nor collects a
credit by staying away, nor loses the memory of what it had by doing so for a moment. Once nobody waits, all
are equal.

Goyal, Vin and Cheng (1997), Start-time fair queueing, IEEE/ACM Transactions on Networking 5(5):690-704,
doi:10.1109/90.649569.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Tenant = TypeVar("Tenant", bound=Hashable)
Job = TypeVar("Job")


class FairShares(Generic[Tenant, Job]):
    """The virtual times of the tenants that one relay has sent jobs of, ahead of the time of now."""

    def __init__(self) -> None:
        self._virtual: dict[Tenant, float] = {}
        self._now = 0.0

    def first(self, waiting: Collection[Tenant], room: int) -> list[Tenant]:
        """Those of the waiting tenants whose jobs can be among the next `room`, whatever the others have."""
        # A job comes after the first one of its tenant, and first ones go by their tenants' starts.
        found = set(heapq.nsmallest(room, waiting, key=self._start))
        return [tenant for tenant in waiting if tenant in found]

    def choose(
        self, waiting: Mapping[Tenant, Sequence[Job]], room: int, weights: Mapping[Tenant, float]
    ) -> list[Job]:
        """Choose at most `room` of the waiting jobs, each tenant's in its own order.

        Parameters
        ----------
        waiting : each tenant's next jobs, at most `room` of them are looked at.
        weights : shares of the tenants, 1 where none is given.
        """
        # The order of arrival in `waiting` breaks ties, so that equal tenants take turns.
        heap = [(self._start(tenant), n, tenant, 0) for n, tenant in enumerate(waiting) if waiting[tenant]]
        if not heap:
            self._virtual.clear()
        heapq.heapify(heap)
        chosen: list[Job] = []
        while heap and len(chosen) < room:
            virtual, n, tenant, taken = heapq.heappop(heap)
            self._now = max(self._now, virtual)
            chosen.append(waiting[tenant][taken])
            self._virtual[tenant] = virtual + 1.0 / weights.get(tenant, 1.0)
            if taken + 1 < len(waiting[tenant]):
                heapq.heappush(heap, (self._virtual[tenant], n, tenant, taken + 1))
        # Who is not ahead of now would start at now in any case: so only a few are remembered.
        self._virtual = {t: virtual for t, virtual in self._virtual.items() if virtual > self._now}
        return chosen

    def _start(self, tenant: Tenant) -> float:
        return max(self._now, self._virtual.get(tenant, self._now))

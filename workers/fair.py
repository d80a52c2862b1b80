"""Whose job goes next: start-time fair queueing over tenants, decided before Redis.

Each tenant has a virtual time, the number of its jobs sent divided by its weight. The next job is always
that of the waiting tenant with the least virtual time. A tenant that was idle starts at the virtual time of
now, so that it neither waits behind another's backlog nor collects a credit by staying away.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Tenant = TypeVar("Tenant", bound=Hashable)
Job = TypeVar("Job")


class FairShares(Generic[Tenant, Job]):
    """The virtual times of the tenants that one relay has seen waiting."""

    def __init__(self) -> None:
        self._virtual: dict[Tenant, float] = {}
        self._now = 0.0

    def choose(
        self, waiting: Mapping[Tenant, Sequence[Job]], room: int, weights: Mapping[Tenant, float]
    ) -> list[Job]:
        """Choose at most `room` of the waiting jobs, each tenant's in its own order.

        Parameters
        ----------
        waiting : each tenant's next jobs, at most `room` of them are looked at.
        weights : shares of the tenants, 1 where none is given.
        """
        self._virtual = {t: max(self._now, self._virtual.get(t, self._now)) for t in waiting if waiting[t]}
        # The order of arrival in `waiting` breaks ties, so that equal tenants take turns.
        heap = [(virtual, n, tenant, 0) for n, (tenant, virtual) in enumerate(self._virtual.items())]
        heapq.heapify(heap)
        chosen: list[Job] = []
        while heap and len(chosen) < room:
            virtual, n, tenant, taken = heapq.heappop(heap)
            self._now = max(self._now, virtual)
            chosen.append(waiting[tenant][taken])
            self._virtual[tenant] = virtual + 1.0 / weights.get(tenant, 1.0)
            if taken + 1 < len(waiting[tenant]):
                heapq.heappush(heap, (self._virtual[tenant], n, tenant, taken + 1))
        return chosen

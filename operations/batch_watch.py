"""The progress of nights on a terminal, until the last of them is done."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from models.cluster import Cluster
from models.nights.batch import BatchState
from models.nights.parts import whole_batch
from models.nights.seen import SeenBatch

LOOK_S = 1.0
ENDED = (BatchState.FINISHED, BatchState.CANCELLED)


def watch(cluster: Cluster, ids: Sequence[UUID]) -> None:
    """Show how the batches come on, with rate and time left, until all have ended or are gone."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        tasks: dict[UUID, TaskID] = {}
        while True:
            found = [seen for one in ids if (seen := whole_batch(cluster, one))]
            for seen in found:
                if seen.id not in tasks:
                    tasks[seen.id] = shown.add_task(f"{seen.tenant} {seen.kind} {seen.date}", told="")
                shown.update(tasks[seen.id], total=seen.members, completed=seen.done, told=_told(seen))
            if all(seen.state in ENDED for seen in found):
                return
            time.sleep(LOOK_S)


def _told(seen: SeenBatch) -> str:
    if seen.state != BatchState.RUNNING:
        return f"{seen.state}, {seen.failed} failed"
    if seen.rate_per_s is None or seen.seconds_left is None:
        return "no rate yet"
    told = f"{seen.rate_per_s:.0f}/s, {seen.seconds_left / 60:.0f} min left, {seen.failed} failed"
    if not seen.late:
        return told
    needed = f": {seen.workers_needed} workers would be in time" if seen.workers_needed else ""
    return f"{told}, late by {seen.ready_by:%H:%MZ}{needed}"

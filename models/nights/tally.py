"""The counts of a batch, moved in the transaction that ends a chunk: right after any crash."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What became of the members of a chunk."""

    planned: int = 0
    unchanged: int = 0
    without: int = 0
    overtaken: int = 0
    failed: int = 0


END = text("""
UPDATE batch SET planned = planned + :planned, unchanged = unchanged + :unchanged,
    without = without + :without, overtaken = overtaken + :overtaken, failed = failed + :failed,
    chunks_left = chunks_left - 1,
    state = CASE WHEN chunks_left = 1 AND state <> 'cancelled' THEN 'finished' ELSE state END,
    paused_at = CASE WHEN chunks_left = 1 THEN NULL ELSE paused_at END,
    finished_at = CASE WHEN chunks_left = 1 THEN coalesce(finished_at, clock_timestamp()) ELSE finished_at END
WHERE id = :batch_id
""")


def end_chunk(session: Session, batch_id: UUID, tally: Tally) -> None:
    """One chunk of the batch is done; with the last one the batch is finished."""
    session.execute(END, {"batch_id": batch_id, **asdict(tally)})

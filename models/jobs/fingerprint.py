"""What makes two requests the same: a digest, by which equal ones find each other."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from models.base import Json
from models.jobs.queues import QueueName


def fingerprint_of(member_id: UUID, queue: QueueName, request: Json) -> bytes:
    """SHA-256 of the member, the queue and the complete request, which names its kind.

    The queue belongs to it, because somebody who waits must not join a job that waits for the night.
    """
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(member_id.bytes + f"{queue}\n{canonical}".encode()).digest()

"""The queues of the platform. The Procfile has a line of workers for each; a test holds them equal."""

from __future__ import annotations

from enum import StrEnum

MESSAGE_VERSION = 2
"""The newest version of the message: 1 is `{job_id, version}`, 2 is `{job_ids, version}`, several short jobs.

A worker that meets a newer one leaves it to newer workers: its jobs are sent again.
"""


class QueueName(StrEnum):
    """The queues of the platform."""

    INTERACTIVE = "interactive"  # somebody is waiting: a request over HTTP
    BATCH = "batch"  # nobody is: the nightly regeneration

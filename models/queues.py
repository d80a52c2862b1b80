"""The queues of the platform. The Procfile has a line of workers for each; a test holds them equal."""

from __future__ import annotations

from enum import StrEnum

MESSAGE_VERSION = 1
"""Version of the message `{job_id, version}`. A worker that meets a newer one leaves it to newer workers."""


class QueueName(StrEnum):
    INTERACTIVE = "interactive"  # somebody is waiting: a request over HTTP
    BATCH = "batch"  # nobody is: the nightly regeneration

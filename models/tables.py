"""Every table, imported, so that `Base.metadata` is complete."""

from models.access.account import Account
from models.access.api_key import ApiKey
from models.access.audit import AuditEntry
from models.access.identity import Identity
from models.access.login_failure import LoginFailure
from models.access.refresh import RefreshToken
from models.archive.file import ArchiveFile
from models.archive.key import ArchiveKey
from models.base import Base
from models.events.webhook import Webhook, WebhookDelivery
from models.jobs.idempotency import IdempotencyKey
from models.jobs.job import Job
from models.jobs.outbox import Outbox
from models.jobs.queue import Queue
from models.members.food_feedback import FoodFeedback
from models.members.intake_log import IntakeLog
from models.members.legal_hold import LegalHold
from models.members.member import Member
from models.members.tenant import Tenant
from models.members.weight_log import WeightLog
from models.members.workout_log import WorkoutLog
from models.nights.batch import Batch
from models.nights.failure import BatchFailure
from models.nights.renewal import Renewal
from models.nights.run import Run
from models.plans.catalogue import CatalogueVersion
from models.plans.plan import Plan
from models.pools.arrivals import Arrivals
from models.pools.fixed import FixedPool
from models.pools.worker import Worker
from models.sealing.data_key import DataKey
from models.shards.move import ShardArriving, ShardChange, ShardMove
from models.shards.rows import BucketMap, BucketRange, ShardEntry, ShardSelf

__all__ = [
    "Account",
    "ApiKey",
    "ArchiveFile",
    "ArchiveKey",
    "Arrivals",
    "AuditEntry",
    "Base",
    "Batch",
    "BatchFailure",
    "BucketMap",
    "BucketRange",
    "CatalogueVersion",
    "DataKey",
    "FixedPool",
    "FoodFeedback",
    "IdempotencyKey",
    "Identity",
    "IntakeLog",
    "Job",
    "LegalHold",
    "LoginFailure",
    "Member",
    "Outbox",
    "Plan",
    "Queue",
    "RefreshToken",
    "Renewal",
    "Run",
    "ShardArriving",
    "ShardChange",
    "ShardEntry",
    "ShardMove",
    "ShardSelf",
    "Tenant",
    "Webhook",
    "WebhookDelivery",
    "WeightLog",
    "Worker",
    "WorkoutLog",
]

"""Every table, imported, so that `Base.metadata` is complete."""

from models.account import Account
from models.api_key import ApiKey
from models.archive_file import ArchiveFile
from models.archive_key import ArchiveKey
from models.audit import AuditEntry
from models.base import Base
from models.batch import Batch
from models.batch_failure import BatchFailure
from models.catalogue import CatalogueVersion
from models.food_feedback import FoodFeedback
from models.idempotency import IdempotencyKey
from models.identity import Identity
from models.intake_log import IntakeLog
from models.job import Job
from models.legal_hold import LegalHold
from models.member import Member
from models.outbox import Outbox
from models.plan import Plan
from models.queue import Queue
from models.refresh import RefreshToken
from models.renewal import Renewal
from models.run import Run
from models.tenant import Tenant
from models.webhook import Webhook, WebhookDelivery
from models.weight_log import WeightLog
from models.workout_log import WorkoutLog

__all__ = [
    "Account",
    "ApiKey",
    "ArchiveFile",
    "ArchiveKey",
    "AuditEntry",
    "Base",
    "Batch",
    "BatchFailure",
    "CatalogueVersion",
    "FoodFeedback",
    "IdempotencyKey",
    "Identity",
    "IntakeLog",
    "Job",
    "LegalHold",
    "Member",
    "Outbox",
    "Plan",
    "Queue",
    "RefreshToken",
    "Renewal",
    "Run",
    "Tenant",
    "Webhook",
    "WebhookDelivery",
    "WeightLog",
    "WorkoutLog",
]

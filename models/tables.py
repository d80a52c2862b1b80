"""Every table, imported, so that `Base.metadata` is complete."""

from models.account import Account
from models.base import Base
from models.job import Job
from models.member import Member
from models.outbox import Outbox
from models.plan import Plan
from models.refresh import RefreshToken
from models.run import Run
from models.tenant import Tenant

__all__ = ["Account", "Base", "Job", "Member", "Outbox", "Plan", "RefreshToken", "Run", "Tenant"]

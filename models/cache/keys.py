"""What cached values are known by. A key names the tenant and the member, so nobody asks for another's."""

from __future__ import annotations

from uuid import UUID


def plan_key(tenant_id: UUID, member_id: UUID, plan_id: UUID) -> str:
    """Of a member's plan, as its owner reads it."""
    return f"plan:{tenant_id.hex}:{member_id.hex}:{plan_id.hex}"


def profile_key(tenant_id: UUID, member_id: UUID) -> str:
    """Of a member's profile."""
    return f"profile:{tenant_id.hex}:{member_id.hex}"

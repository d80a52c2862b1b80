"""Which role may call which route: a table from what a route is declared for to roles.

Roles are no ladder. Whoever runs the queues reads nobody's health data, and whoever gives roles does neither.
"""

from __future__ import annotations

from collections.abc import Mapping

from models.access.account import Role
from web.errors import Forbidden
from web.routes import Route
from web.tokens import Caller

MAY_CALL: Mapping[Role, frozenset[Role]] = {
    Role.MEMBER: frozenset(Role),  # one's own profile, plans and keys: everybody is a member as well
    Role.UNIT_LEADER: frozenset({Role.UNIT_LEADER, Role.SPECIALIST}),  # figures of the own unit
    Role.SPECIALIST: frozenset({Role.SPECIALIST}),  # plans and profiles of members of the own unit
    Role.OPERATOR: frozenset({Role.OPERATOR}),  # queues, jobs and batches, without what is in them
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR}),  # accounts, roles, units, the audit log
}

UNSCOPED = frozenset({"accounts", "privacy"})  # tags that no API key reaches: none makes keys or erases


def check_may_call(caller: Caller, route: Route) -> None:
    """Let `caller` call `route`.

    Raises
    ------
    Forbidden
        When the role, or the scopes of the API key, do not reach it.
    """
    assert isinstance(route.auth, Role)  # noqa: S101 (for the type checker)
    if caller.role not in MAY_CALL[route.auth]:
        roles = " or ".join(role.replace("_", " ") for role in Role if role in MAY_CALL[route.auth])
        raise Forbidden(f"this needs the role {roles}")
    if caller.scopes is not None and scope_of(route) not in caller.scopes:
        raise Forbidden(f"this needs an API key with the scope {scope_of(route) or 'of nothing: log in'}")


def scope_of(route: Route) -> str | None:
    """The scope with which an API key reaches `route`; None where no key does."""
    if isinstance(route.auth, Role) and route.tag not in UNSCOPED:
        return f"{route.tag}:{'read' if route.method == 'GET' else 'write'}"
    return None

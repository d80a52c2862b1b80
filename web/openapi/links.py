"""Links (OpenAPI 3.1, 4.8.20): which operation goes on with what an answer has told, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ID = "$response.body#/id"
PLAN_ID = "$response.body#/plan_id"
WEBHOOK_ID = "$response.body#/webhook/id"
CREDENTIALS = {"email": "$request.body#/email", "password": "$request.body#/password"}
REFRESH_TOKEN = {"refresh_token": "$response.body#/refresh_token"}


@dataclass(frozen=True, kw_only=True)
class Link:
    """From an operation's answer of a status to another operation."""

    source: str
    status: int
    target: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = None


def _on(
    source: str, status: int, *targets: str, body: Mapping[str, str] | None = None, **names: str
) -> list[Link]:
    return [
        Link(source=source, status=status, target=target, parameters=names, body=body) for target in targets
    ]


def _next_page(operation: str) -> list[Link]:
    return _on(operation, 200, operation, cursor="$response.body#/next_cursor")


LINKS: tuple[Link, ...] = (
    *_on("register", 201, "login", body=CREDENTIALS),
    *_on("login", 200, "refresh", "logout", body=REFRESH_TOKEN),
    *_on("refresh", 200, "refresh", "logout", body=REFRESH_TOKEN),
    *_on("make_key", 201, "revoke_key", key_id="$response.body#/api_key/id"),
    *_on("request_plan", 202, "get_job", "stream_job_events", "cancel_job", job_id=ID),
    *_on("request_plan", 201, "get_plan", "change_plan", "list_alternatives", plan_id=ID),
    *_on("change_plan", 202, "get_job", "stream_job_events", "cancel_job", job_id=ID),
    *_on("change_plan", 201, "get_plan", plan_id=ID),
    *_on("list_alternatives", 202, "get_job", job_id=ID),
    *_on("get_job", 200, "get_plan", "change_plan", "list_alternatives", plan_id=PLAN_ID),
    *_next_page("list_plans"),
    *_on(
        "list_plans", 200, "get_plan", "get_plan_page", "get_shopping_list", "get_plan_calendar",
        plan_id="$response.body#/plans/0/id",
    ),
    *_next_page("list_weights"), *_next_page("list_intake"), *_next_page("list_workouts"),
    *_next_page("list_foods"), *_next_page("list_accounts"), *_next_page("list_dead"),
    *_next_page("list_failures"), *_next_page("list_deliveries"),
    *(link for status in (200, 201) for link in (
        *_on("log_weight", status, "delete_weight", day="$response.body#/date"),
        *_on("log_intake", status, "delete_intake", day="$response.body#/date"),
        *_on("log_workout", status, "delete_workout", entry_id=ID),
    )),
    *_on("register_webhook", 201, "get_webhook", "rotate_webhook_secret", "enable_webhook", "list_deliveries",
         "delete_webhook", webhook_id=WEBHOOK_ID),
    *_on("list_deliveries", 200, "redeliver", webhook_id="$request.path.webhook_id",
         message="$response.body#/deliveries/0/id"),
    *_on("list_accounts", 200, "put_account", account_id="$response.body#/accounts/0/id"),
    *_on("list_accounts", 200, "put_unit", "erase_other", member_id="$response.body#/accounts/0/member_id"),
    *_on("list_unit_members", 200, "get_unit_member_profile", "list_unit_member_plans",
         member_id="$response.body#/members/0/member_id"),
    *_on("list_unit_member_plans", 200, "get_unit_member_plan", member_id="$request.path.member_id",
         plan_id="$response.body#/plans/0/id"),
    *_on("start_batches", 202, "get_batch", "list_failures", "pause_night", "resume_night", "cancel_night",
         batch_id="$response.body#/batches/0/id"),
    *_on("list_dead", 200, "see_job", "retry_job", "cancel_for_member", "drop_job",
         job_id="$response.body#/jobs/0/id"),
)  # fmt: skip
"""Every link. A test holds that operations, parameters and fields are there."""


def links_of(operation: str) -> dict[str, dict[str, Any]]:
    """The links of an operation's answers: by status, then by name."""
    found: dict[str, dict[str, Any]] = {}
    for link in LINKS:
        if link.source == operation:
            told = {"operationId": link.target, "parameters": dict(link.parameters)}
            body = {} if link.body is None else {"requestBody": dict(link.body)}
            found.setdefault(str(link.status), {})[link.target] = {**told, **body}
    return found

"""What operators look at: members' waits first, then who makes them wait, then what runs out."""

from __future__ import annotations

from operations.dashboards.board import Board, Panel, Query

WINDOW = "[$__rate_interval]"
ANSWERS = "reveille_http_request_duration_seconds"


def quantile(share: float, histogram: str, by: str, where: str = "") -> Query:
    """A quantile of a histogram, a line for each value of the label `by`."""
    rates = f"sum by (le, {by}) (rate({histogram}_bucket{where}{WINDOW}))"
    return Query(expr=f"histogram_quantile({share}, {rates})", legend=f"{{{{{by}}}}} p{share * 100:g}")


def rate(counter: str, by: str, where: str = "") -> Query:
    """What a counter rises by in a second, a line for each value of the label `by`."""
    return Query(expr=f"sum by ({by}) (rate({counter}{where}{WINDOW}))", legend=f"{{{{{by}}}}}")


def now(gauge: str, by: str = "") -> Query:
    """What all web processes tell alike, a line for each value of the labels `by`."""
    labels = by.split(", ") if by else []
    expr = f"max by ({by}) ({gauge})" if by else f"max({gauge})"
    return Query(expr=expr, legend=" ".join(f"{{{{{label}}}}}" for label in labels) or gauge)


JOBS = Board(
    uid="reveille-jobs",
    title="Reveille: jobs and workers",
    rows=(
        ("What members wait", (
            Panel(
                title="Wait for a worker",
                text="From due to start. The objective: 99 % within two seconds.", unit="s",
                queries=[
                    quantile(0.5, "reveille_queue_wait_seconds", "queue"),
                    quantile(0.95, "reveille_queue_wait_seconds", "queue"),
                    quantile(0.99, "reveille_queue_wait_seconds", "queue"),
                ], limit=2.0,
            ),
            Panel(
                title="Oldest waiting job", text="Grows by a second a second while nobody works.", unit="s",
                queries=[now("reveille_queue_oldest_age_seconds", "queue")], limit=30.0,
            ),
            Panel(
                title="Allowance used, as a multiple of what a month allows", text="14.4 is the fast alert.",
                unit="none", limit=14.4,
                queries=[
                    Query(expr="reveille:queue_late:ratio_rate1h / 0.01", legend="late starts, 1 h"),
                    Query(expr="reveille:http_errors:ratio_rate1h / 0.001", legend="failed answers, 1 h"),
                ],
            ),
        )),
        ("Queues", (
            Panel(
                title="Jobs waiting and in work",
                text="From the rows: true also while Redis is away.", unit="none",
                queries=[now("reveille_queue_jobs", "queue, state")],
            ),
            Panel(
                title="Attempts that ended", text="A second, by outcome.", unit="ops",
                queries=[rate("reveille_jobs_total", "outcome")],
            ),
            Panel(
                title="Time of an attempt", text="From its start to its saved end.", unit="s",
                queries=[
                    quantile(0.5, "reveille_job_duration_seconds", "kind"),
                    quantile(0.95, "reveille_job_duration_seconds", "kind"),
                ],
            ),
        )),
        ("Relay", (
            Panel(
                title="Sent", text="Jobs a second.", unit="ops",
                queries=[Query(expr=f"sum(rate(reveille_relay_sent_total{WINDOW}))", legend="sent")],
            ),
            Panel(
                title="Put right", text="Sent once more, taken back from dead workers, given up.", unit="ops",
                queries=[
                    Query(expr=f"sum(rate(reveille_relay_{word}_total{WINDOW}))", legend=word)
                    for word in ("resent", "rescued", "abandoned")
                ],
            ),
        )),
    ),
)  # fmt: skip

INTERFACE = Board(
    uid="reveille-interface",
    title="Reveille: interface",
    rows=(
        ("Rate, errors, duration", (
            Panel(
                title="Requests", text="A second, by status.", unit="reqps",
                queries=[rate("reveille_http_requests_total", "status")],
            ),
            Panel(
                title="Faults of ours", text="Share of answers 5xx. The objective: one in a thousand.",
                unit="percentunit", limit=0.001,
                queries=[Query(expr="reveille:http_errors:ratio_rate5m", legend="5xx, 5 minutes")],
            ),
            Panel(
                title="Time to answer", text="Requests that wait for their plan among them.", unit="s",
                queries=[
                    Query(
                        expr="histogram_quantile("
                        f"{share}, sum by (le) (rate({ANSWERS}_bucket{WINDOW})))",
                        legend=f"p{share * 100:g}",
                    )
                    for share in (0.5, 0.95, 0.99)
                ],
            ),
        )),
        ("By route", (
            Panel(
                title="Requests", text="A second.", unit="reqps",
                queries=[rate("reveille_http_requests_total", "route")],
            ),
            Panel(
                title="Time to answer, p95", text="By declared path.", unit="s",
                queries=[quantile(0.95, ANSWERS, "route")],
            ),
        )),
    ),
)  # fmt: skip

NIGHTS = Board(
    uid="reveille-nights",
    title="Reveille: nights and schedules",
    rows=(
        ("Open batches", (
            Panel(
                title="Members", text="By outcome; `left` are those without one.", unit="none",
                queries=[now("reveille_batch_members", "tenant, kind, outcome")],
            ),
            Panel(
                title="Time left", text="At the present rate.", unit="s",
                queries=[now("reveille_batch_seconds_left", "tenant, kind")],
            ),
            Panel(
                title="Workers that would be ready in time",
                text="Against those that there are.", unit="none",
                queries=[now("reveille_batch_workers_needed", "tenant, kind")],
            ),
        )),
        ("Schedules", (
            Panel(
                title="Since the last success", text="The nights and most others come once a day.", unit="s",
                limit=93_600.0,
                queries=[
                    Query(
                        expr="time() - max by (schedule) (reveille_schedule_success_timestamp_seconds)",
                        legend="{{schedule}}",
                    )
                ],
            ),
            Panel(
                title="Lost within a week", text="Runs that failed or were missed.", unit="none",
                queries=[now("reveille_schedule_lost_runs", "schedule, state")],
            ),
        )),
    ),
)  # fmt: skip

RESOURCES = Board(
    uid="reveille-resources",
    title="Reveille: what runs out",
    rows=(
        ("Servers", (
            Panel(
                title="PostgreSQL connections", text="Of all that it allows.", unit="percentunit", limit=0.85,
                queries=[
                    Query(
                        expr="max(reveille_database_connections) / max(reveille_database_connections_most)",
                        legend="in use",
                    )
                ],
            ),
            Panel(
                title="Database",
                text="Its size on disk.", unit="bytes", queries=[now("reveille_database_bytes")],
            ),
            Panel(
                title="Redis", text="Memory; the line is its limit.", unit="bytes",
                queries=[now("reveille_redis_bytes"), now("reveille_redis_bytes_most")],
            ),
        )),
        ("Processes", (
            Panel(
                title="Processor", text="Cores, by kind of process.", unit="none",
                queries=[
                    Query(
                        expr=f"sum by (process) (deriv(reveille_process_cpu_seconds{WINDOW}))",
                        legend="{{process}}"
                    )
                ],
            ),
            Panel(
                title="Memory", text="Of all processes of a kind together.", unit="bytes",
                queries=[
                    Query(expr="sum by (process) (reveille_process_resident_bytes)", legend="{{process}}")
                ],
            ),
        )),
    ),
)  # fmt: skip

BOARDS = (JOBS, INTERFACE, NIGHTS, RESOURCES)

"""`reveille jobs ask`: plans for many members at once, on the queue that holds nobody's request up."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import IO
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.base import Json
from models.cluster import Cluster
from models.ids import bucket_of
from models.jobs.enqueue_many import MOST, Wanted, enqueue_many
from models.jobs.priority import HIGHEST, LOWEST
from models.jobs.queues import QueueName
from models.members.member import Member, profile_of
from models.members.tenant import Tenant, TenantState
from operations.answers import REFUSED, RequestFile, lines_of
from operations.database import data_option, database
from operations.table import json_option, print_json
from planners.errors import FieldError, InvalidRequest
from planners.json_text import parse_json
from planners.spec import PlanRequest
from web.asking import complete


@dataclass(frozen=True, kw_only=True)
class How:
    """How the whole file is asked for; `today` is the day that its requests are read on."""

    today: date
    priority: int
    dry_run: bool


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line that names a member and is a JSON object else; `request` is all but that name."""

    number: int
    member_id: UUID
    request: Json


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One fault of a line: where it is, and what would be right."""

    line: int
    pointer: str
    detail: str


@dataclass(kw_only=True)
class Tally:
    """What became of the lines."""

    asked: int = 0
    joined: int = 0  # the member's same request was waiting already
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, line: int, error: InvalidRequest) -> None:
        self.refused += [Refused(line=line, pointer=e.pointer, detail=e.detail) for e in error.errors]


@click.command()
@click.argument("file", type=RequestFile())
@click.option(
    "--priority", default=0, show_default=True, type=click.IntRange(LOWEST, HIGHEST),
    help="Among the jobs of each member's tenant: higher goes first.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Read every line and ask for nothing.")
@json_option
@data_option
def ask(file: IO[bytes], priority: int, dry_run: bool, as_json: bool, data: str | None) -> None:
    """Ask for the plans of FILE, or of standard input for "-", on the batch queue.

    Each line is a JSON object: a plan request as POST /v1/plans takes it, and "member_id" with it. What it
    leaves out of "member" is taken from that member's profile. No quota counts these jobs. A line that
    cannot be read is told on standard error and the others go on; the exit status is then 2.
    """
    tally = Tally()
    how = How(today=datetime.now(UTC).date(), priority=priority, dry_run=dry_run)
    with database(data) as cluster:
        for lines in _in_parts(_lines(file, tally)):
            _ask(cluster, lines, tally, how)
    _tell(tally, as_json=as_json, dry_run=dry_run)
    raise SystemExit(REFUSED if tally.refused else 0)


def _lines(file: IO[bytes], tally: Tally) -> Iterator[Line]:
    for number, text in enumerate(lines_of(file), 1):
        if text.strip():
            try:
                yield _line(number, text)
            except InvalidRequest as error:
                tally.refuse(number, error)


def _line(number: int, text: bytes) -> Line:
    found = parse_json(text)
    if not isinstance(found, dict):
        raise _fault("", "must be an object: a plan request and its member_id")
    if "member_id" not in found:
        raise _fault("/member_id", "is required: whose plan it is")
    try:
        member_id = UUID(found.pop("member_id"))
    except (ValueError, TypeError, AttributeError):
        raise _fault("/member_id", "must be a member's id, as `reveille accounts list` shows it") from None
    return Line(number=number, member_id=member_id, request=found)


def _in_parts(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """As many lines at a time as one statement takes, however long the file is."""
    while part := list(itertools.islice(lines, MOST)):
        yield part


def _ask(cluster: Cluster, lines: Sequence[Line], tally: Tally, how: How) -> None:
    """Read these lines' requests and make their jobs, in one transaction on each shard that has some."""
    by_shard: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_shard[cluster.shard_of(line.member_id).name].append(line)
    for name, found in by_shard.items():
        with cluster.named(name).write({bucket_of(line.member_id) for line in found}) as session:
            wanted = _wanted(session, found, tally, how)
            made = [] if how.dry_run else enqueue_many(session, wanted, queue=QueueName.BATCH)
        joined = made.count(None)
        tally.asked += len(wanted) - joined
        tally.joined += joined


def _wanted(session: Session, lines: Sequence[Line], tally: Tally, how: How) -> list[Wanted]:
    members = _members(session, {line.member_id for line in lines})
    wanted = []
    for line in lines:
        try:
            member, request = _request(session, line, members, how.today)
        except InvalidRequest as error:
            tally.refuse(line.number, error)
        else:
            to_whom = {"tenant_id": member.tenant_id, "member_id": member.id}
            wanted.append(Wanted(**to_whom, request=request, priority=how.priority))
    return wanted


def _members(session: Session, ids: set[UUID]) -> Mapping[UUID, tuple[Member, TenantState]]:
    """The members of these ids, who cannot be erased before the transaction ends."""
    wanted = (
        select(Member, Tenant.state)
        .join(Tenant, Tenant.id == Member.tenant_id)
        .where(Member.id.in_(ids))
        .order_by(Member.id)
        .with_for_update(of=Member, read=True, key_share=True)
    )
    return {row.Member.id: (row.Member, row.state) for row in session.execute(wanted)}


def _request(
    session: Session, line: Line, members: Mapping[UUID, tuple[Member, TenantState]], today: date
) -> tuple[Member, PlanRequest]:
    if line.member_id not in members:
        raise _fault("/member_id", f"there is no member {line.member_id}")
    member, state = members[line.member_id]
    if state != TenantState.ACTIVE:
        raise _fault("/member_id", "the member's tenant is suspended")
    return member, complete(line.request, profile_of(session, member), today)


def _fault(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest([FieldError(pointer=pointer, detail=detail)])


def _tell(tally: Tally, *, as_json: bool, dry_run: bool) -> None:
    tally.refused.sort(key=lambda fault: fault.line)
    if as_json:
        print_json({**asdict(tally), "dry_run": dry_run})
        return
    for fault in tally.refused:
        click.echo(f"line {fault.line}: {fault.pointer or 'the line'} {fault.detail}", err=True)
    bad = len({fault.line for fault in tally.refused})
    done = "good lines, nothing asked for" if dry_run else "jobs asked for"
    click.echo(f"{tally.asked} {done}, {tally.joined} joined a waiting one, {bad} bad lines")

"""`reveille plans`: what a plan's row holds, for operators; beside `reveille plan`, which makes one."""

from __future__ import annotations

from uuid import UUID

import click

from models.plans.stored import read_plan
from operations.database import data_option, database
from operations.table import print_json


@click.group()
def plans() -> None:
    """Look at stored plans."""


@plans.command()
@click.argument("plan_id", metavar="ID", type=click.UUID)
@click.option("--decisions", is_flag=True, help="What the row holds, instead of the whole plan.")
@data_option
def show(plan_id: UUID, decisions: bool, data: str | None) -> None:
    """Print a stored plan as JSON: whole, as its member reads it, or the decisions that its row holds."""
    with database(data) as cluster, cluster.read(plan_id) as session:
        plan = read_plan(session, plan_id)
    if plan is None:
        raise click.ClickException(f"there is no plan {plan_id}")
    print_json(plan.decisions if decisions else plan.body)

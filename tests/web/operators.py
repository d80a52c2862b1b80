"""Accounts that were given another role, of the default tenant or of another."""

from flask import Flask
from sqlalchemy import select, update

from models.access.account import Account, Role
from models.access.addresses import is_of
from models.cluster import Cluster
from models.ids import new_id
from models.members.tenant import Tenant
from tests.web.people import Person, join, login


def add_tenant(cluster: Cluster, slug: str, **values: object) -> None:
    with cluster.control() as session:
        if session.scalar(select(Tenant.id).where(Tenant.slug == slug)) is None:
            session.add(Tenant(id=new_id(0), slug=slug, name=slug, **values))


def join_as_operator(app: Flask, cluster: Cluster, tenant: str = "default") -> Person:
    return join_with_role(app, cluster, Role.OPERATOR, tenant)


def join_with_role(app: Flask, cluster: Cluster, role: Role, tenant: str = "default") -> Person:
    email = f"{role}@{tenant}.mil"
    join(app, email, tenant=tenant)
    with cluster.control() as session:
        session.execute(update(Account).where(is_of(session, email)).values(role=role))
    return Person(app, email, login(app, email).get_json())

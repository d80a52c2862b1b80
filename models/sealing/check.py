"""Whether every data key of the database opens, asked when a process starts and not at the first read."""

from __future__ import annotations

import logging

from sqlalchemy import select, text

from models.cluster import Cluster
from models.errors import SettingsError, Unavailable
from models.sealing.data_key import DataKey, missing, unwrap

logger = logging.getLogger(__name__)


def check_keys(cluster: Cluster) -> None:
    """Open every data key.

    Raises
    ------
    SettingsError
        When a root key is missing, or a data key is not as it was wrapped.
    Unavailable
        When the database does not answer.
    """
    roots = cluster.ring.roots
    columns = (DataKey.tenant_id, DataKey.version, DataKey.root_id, DataKey.wrapped)
    with cluster.control() as session:
        session.execute(text("SET LOCAL app.tenant = '*'"))  # for the web, which reaches nobody yet
        rows = session.execute(select(*columns)).all()
    if lacking := {row.root_id for row in rows} - roots.by_id.keys():
        raise SettingsError(missing(lacking))
    for row in rows:
        unwrap(roots, *row)


def check_keys_at_start(cluster: Cluster) -> None:
    """`check_keys`, for a process that starts also while the database is away: then it is not asked."""
    try:
        check_keys(cluster)
    except Unavailable as error:
        logger.warning("the keys are not checked: %s", error, extra={"action": "keys.unchecked"})

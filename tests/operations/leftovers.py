"""What must not be left of a platform: processes, sockets, an owner."""

from __future__ import annotations

from operations.stack.folder import DataFolder
from operations.stack.lock import running_owner
from operations.stack.orphans import marked, servers_of


def assert_nothing_left(folder: DataFolder) -> None:
    assert servers_of(folder) == []
    assert marked(folder) == []
    assert not folder.sockets.exists()
    assert running_owner(folder.path) is None

"""Sealed rows as Parquet, one row group for each bucket, and the proof that a file holds what was written.

pyarrow is loaded by whoever imports this: web processes do so when they first read an archived plan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from models.archive.key import SealedRow
from models.archive.store import ArchiveStore
from models.errors import ModelError

SCHEMA = pa.schema([
    pa.field("bucket", pa.int16(), nullable=False),
    pa.field("id", pa.binary(16), nullable=False),
    pa.field("owner", pa.binary(16), nullable=False),
    pa.field("sealed", pa.binary(), nullable=False),
])  # fmt: skip

CHUNK = 1 << 20


class ArchiveDamaged(ModelError):
    """A file of the archive is not as it was written: nothing of it is shown."""


@dataclass(kw_only=True)
class Written:
    """What was written to a file: sums over its bytes, and over the rows of each row group."""

    path: str
    rows: int = 0
    size: int = 0
    sha256: bytes = b""
    first_id: UUID = UUID(int=(1 << 128) - 1)
    last_id: UUID = UUID(int=0)
    buckets: list[int] = field(default_factory=list)
    sums: list[bytes] = field(default_factory=list)
    ids: list[bytes] = field(default_factory=list)


class Hashing:
    """A file to write to, that keeps the sum and the number of its bytes."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.hash = hashlib.sha256()
        self.size = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        """Write through."""
        self.hash.update(data)
        self.size += len(data)
        self._file.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """The file is closed by whoever opened it."""

    def tell(self) -> int:
        """Bytes so far."""
        return self.size


Group = tuple[int, Sequence[SealedRow]]
"""A bucket and all its rows, by id."""


def write_file(store: ArchiveStore, path: str, groups: Iterable[Group], *, most: int) -> Written:
    """Write a row group for each bucket until at least `most` rows are written."""
    found = Written(path=path)
    with store.opened(path, "wb") as file:
        sink = Hashing(file)
        writer = pq.ParquetWriter(
            sink, SCHEMA, compression="zstd", compression_level=1, use_dictionary=False,
            write_statistics=["bucket"], write_page_checksum=True, store_schema=False,
        )  # fmt: skip
        with writer:
            for bucket, rows in groups:
                _write_group(writer, found, bucket, rows)
                if found.rows >= most:
                    break
        found.size, found.sha256 = sink.size, sink.hash.digest()
    return found


def _write_group(writer: Any, found: Written, bucket: int, rows: Sequence[SealedRow]) -> None:
    _, ids, owners, sealed = zip(*rows, strict=True)
    columns = [
        pa.array([bucket] * len(rows), SCHEMA.field("bucket").type),
        pa.array(ids, SCHEMA.field("id").type),
        pa.array(owners, SCHEMA.field("owner").type),
        pa.array(sealed, SCHEMA.field("sealed").type),
    ]
    writer.write_batch(pa.record_batch(columns, schema=SCHEMA), row_group_size=len(rows))
    found.rows += len(rows)
    found.buckets.append(bucket)
    found.sums.append(_sum(columns))
    found.ids += ids
    # The rows of a bucket come in the order of their ids.
    found.first_id = min(found.first_id, UUID(bytes=ids[0]))
    found.last_id = max(found.last_id, UUID(bytes=ids[-1]))


def _sum(columns: Iterable[Any]) -> bytes:
    """Of the values of a row group, whatever its pages and its compression."""
    total = hashlib.sha256()
    for column in columns:
        for part in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            for buffer in part.buffers()[1:]:
                total.update(buffer)
    return total.digest()


def verify(store: ArchiveStore, written: Written) -> None:
    """Read the file back: its bytes are those that were written, and its rows those that they came from.

    Raises
    ------
    ArchiveDamaged
        When anything differs.
    """
    if sum_of(store, written.path) != (written.sha256, written.size):
        raise ArchiveDamaged(f"{written.path} does not read back as it was written; nothing was dropped")
    with store.opened(written.path) as file, reading(written.path):
        found = pq.ParquetFile(file)
        groups = range(found.num_row_groups)
        if [bucket_of_group(found.metadata, g) for g in groups] != written.buckets or any(
            _sum(found.read_row_group(g).columns) != written.sums[g] for g in groups
        ):
            raise ArchiveDamaged(f"{written.path} holds other rows than were written; nothing was dropped")


def sum_of(store: ArchiveStore, path: str) -> tuple[bytes, int]:
    """The SHA-256 and the size of a file as it is now."""
    total, size = hashlib.sha256(), 0
    with store.opened(path) as file:
        while data := file.read(CHUNK):
            total.update(data)
            size += len(data)
    return total.digest(), size


def bucket_of_group(metadata: Any, group: int) -> int:
    """The bucket of a row group, by the statistics in the file's footer."""
    statistics = metadata.row_group(group).column(0).statistics
    if statistics is None or statistics.min != statistics.max:
        raise ArchiveDamaged("a row group of the archive is not of one bucket")
    return int(statistics.min)


class reading:
    """Turns pyarrow's faults into `ArchiveDamaged`."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, pa.ArrowException | OSError) and not isinstance(error, FileNotFoundError):
            raise ArchiveDamaged(f"{self.path} cannot be read: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]


def read_rows(
    store: ArchiveStore, path: str, metadata: Any, group: int, *, row_id: bytes | None, owner: bytes | None
) -> Iterator[tuple[bytes, bytes]]:
    """Ids and sealed rows of one row group: that of an id, or those of an owner."""
    with store.opened(path) as file, reading(path):
        found = pq.ParquetFile(file, metadata=metadata, page_checksum_verification=True)
        table = found.read_row_group(group, use_threads=False)
    ids, owners = table.column("id").to_pylist(), table.column("owner").to_pylist()
    for n, (this, whose) in enumerate(zip(ids, owners, strict=True)):
        if row_id in (None, this) and owner in (None, whose):
            yield this, table.column("sealed")[n].as_py()


def footer(store: ArchiveStore, path: str) -> tuple[Any, dict[int, int]]:
    """A file's footer, and its row groups by bucket."""
    with store.opened(path) as file, reading(path):
        metadata = pq.read_metadata(file)
        return metadata, {bucket_of_group(metadata, g): g for g in range(metadata.num_row_groups)}

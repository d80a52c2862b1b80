import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import BUCKETS, bucket_of, new_bucket, new_id, time_of


@given(
    bucket=st.integers(0, BUCKETS - 1),
    at_ms=st.integers(0, 2**48 - 1).filter(lambda ms: ms < 253_402_300_800_000),
)
def test_id_gives_back_its_bucket_and_its_time(bucket, at_ms):
    row = new_id(bucket, at_ms)
    assert bucket_of(row) == bucket
    assert round(time_of(row).timestamp() * 1000) == at_ms
    assert (row.version, row.variant) == (7, "specified in RFC 4122")


def test_ids_sort_by_time_whatever_their_bucket():
    assert new_id(4095, 1_000) < new_id(0, 1_001)


def test_id_of_now_carries_now():
    before = time.time_ns() // 1_000_000
    at = time_of(new_id(7)).timestamp() * 1000
    assert before <= round(at) <= time.time_ns() // 1_000_000


@pytest.mark.parametrize("bucket", [-1, BUCKETS])
def test_bucket_outside_the_range_is_refused(bucket):
    with pytest.raises(ValueError, match="from 0 to 4095"):
        new_id(bucket)


def test_ids_of_one_bucket_and_millisecond_differ():
    assert len({new_id(1, 1) for _ in range(10_000)}) == 10_000


def test_new_buckets_reach_the_whole_range():
    drawn = {new_bucket() for _ in range(100_000)}
    assert min(drawn) >= 0
    assert max(drawn) < BUCKETS
    assert len(drawn) > 4_000

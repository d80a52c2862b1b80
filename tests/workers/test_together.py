import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from workers.together import Together


def test_item_alone_is_written_alone_and_at_once():
    batches = []
    together = Together(lambda items: batches.append(items) or [i * 2 for i in items])
    assert [together(1), together(2)] == [2, 4]
    assert batches == [[1], [2]]


def test_everybody_who_waits_is_served_in_the_next_batch_with_his_own_result():
    first_is_in, go_on, batches = threading.Event(), threading.Event(), []

    def do(items):
        batches.append(items)
        first_is_in.set()
        go_on.wait(20)
        return [i * 10 for i in items]

    together = Together(do, most=5)
    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(together, 0)]
        first_is_in.wait(20)
        results += [pool.submit(together, n) for n in range(1, 8)]
        while len(together._waiting) < 7:
            threading.Event().wait(0.001)
        go_on.set()
        assert [r.result(20) for r in results] == [n * 10 for n in range(8)]
    assert batches[0] == [0]
    assert [len(b) for b in batches] == [1, 5, 2]


def test_several_items_of_one_caller_are_one_batch_and_a_bad_one_is_told_in_its_place():
    batches = []

    def do(items):
        batches.append(items)
        if len(items) == 1 and items[0] == 2:
            raise ValueError("two")
        if 2 in items:
            raise ValueError("some of them")
        return items

    together = Together(do)
    assert together.each([1, 3]) == [1, 3]
    assert together.each([]) == []
    one, bad, three = together.each([1, 2, 3])
    assert (one, three, str(bad)) == (1, 3, "two")
    assert batches == [[1, 3], [1, 2, 3], [1], [2], [3]]


def test_one_bad_item_fails_alone():
    def do(items):
        if 3 in items:
            raise ValueError("three")
        return items

    together = Together(do)
    with ThreadPoolExecutor(6) as pool:
        results = {n: pool.submit(together, n) for n in range(6)}
        for n, result in results.items():
            if n == 3:
                with pytest.raises(ValueError, match="three"):
                    result.result(20)
            else:
                assert result.result(20) == n

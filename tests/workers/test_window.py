from workers.window import AHEAD_S, LEAST, MOST_AHEAD_S, Window


def test_window_starts_at_the_least_and_closes_when_nobody_takes():
    window = Window()
    assert window.room(0, 0.0) == LEAST
    window.sent(LEAST)
    assert [window.room(LEAST, t / 100) for t in range(1, 200)] == [0] * 199


def test_window_grows_to_hold_the_work_of_its_time_ahead():
    window, waiting, at = Window(), 0, 0.0
    for _ in range(1_000):  # workers take 2,000 a second, looked at every 10 ms
        at += 0.01
        waiting = max(0, waiting - 20)
        room = window.room(waiting, at)
        window.sent(room)
        waiting += room
    assert abs(waiting - (LEAST + 2_000 * AHEAD_S)) <= 2


def test_window_closes_again_when_the_workers_stop():
    window = Window()
    window.room(0, 0.0)
    window.sent(1_000)
    assert window.room(0, 0.5) > 10  # two thousand a second were taken
    assert window.room(0, 20.0) == LEAST


def test_window_of_a_slow_relay_holds_what_is_taken_between_its_looks():
    window, at, rooms = Window(), 0.0, []
    for _ in range(8):  # workers take all that there is, looked at every 0.1 s
        at += 0.1
        rooms.append(window.room(0, at))
        window.sent(rooms[-1])
    assert rooms == sorted(rooms)
    assert rooms[-1] > 3


def test_window_of_a_relay_that_slept_is_bounded():
    window = Window()
    window.room(0, 0.0)
    window.sent(1_000)
    assert window.room(0, 10.0) == LEAST + round(1_000 / 10.0 * MOST_AHEAD_S)

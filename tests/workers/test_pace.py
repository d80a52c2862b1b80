import pytest

from models.jobs.queues import QueueName
from models.redis import connect
from models.settings import Settings
from workers.pace import MOST_TOGETHER, TOGETHER_S, Pace, pace_key, together

QUEUE = QueueName.INTERACTIVE


@pytest.mark.parametrize(
    ("seconds", "jobs"),
    [
        (TOGETHER_S * 1.01, 1),
        (TOGETHER_S, 1),
        (TOGETHER_S / 2, 2),
        (TOGETHER_S / 1e6, MOST_TOGETHER),
        (0.0, MOST_TOGETHER),
    ],
)
def test_as_many_jobs_go_together_as_fit_into_the_time(seconds, jobs):
    assert together(str(seconds).encode()) == jobs


def test_worker_tells_the_mean_of_its_latest_jobs(settings):
    pace, client = Pace(), connect(settings)
    for seconds in (0.2, 0.4):
        pace.took(seconds)
    pace.tell(client, QUEUE)
    assert float(client.get(pace_key(QUEUE))) == pytest.approx(0.3)
    assert client.pttl(pace_key(QUEUE)) > 0
    for _ in range(500):
        pace.took(0.001)
    pace.tell(client, QUEUE)
    assert float(client.get(pace_key(QUEUE))) == pytest.approx(0.001, rel=0.01)


def test_worker_that_did_nothing_since_tells_nothing(settings):
    pace, client = Pace(), connect(settings)
    pace.took(0.2)
    pace.tell(client, QUEUE)
    client.flushdb()
    pace.tell(client, QUEUE)
    assert client.get(pace_key(QUEUE)) is None


def test_worker_works_on_when_redis_is_away():
    pace = Pace()
    pace.took(0.2)
    pace.tell(connect(Settings(redis_url="unix:///nowhere.sock")), QUEUE)

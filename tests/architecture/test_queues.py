"""The queues of the code are the queues that somebody works on."""

from pathlib import Path

from models.jobs.queues import QueueName

ROOT = Path(__file__).parents[2]


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    pairs = (line.split(":", 1) for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): command.strip() for name, command in pairs}


def test_procfile_has_the_processes_that_operators_know():
    assert set(procfile()) == {"release", "web", "worker", "worker-batch", "relay", "scheduler", "autoscale"}


def test_every_queue_has_workers_and_every_worker_a_queue():
    served = {command.split()[-1] for name, command in procfile().items() if name.startswith("worker")}
    assert served == {str(queue) for queue in QueueName}

"""Flows run what a user has; the app imports a client that is generated in its test, and nowhere else."""

collect_ignore = ["app_journey.py"]

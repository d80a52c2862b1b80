"""Grafana's dashboards, written here and generated: `python -m operations.dashboards`."""

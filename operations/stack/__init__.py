"""Embedded PostgreSQL and Valkey in a data folder, where no URL is configured; they end with their owner.

`operations.stack.servers.start_servers` is the way in. Nothing is imported here, so that the guardian, which
lives beside every platform, stays small.
"""

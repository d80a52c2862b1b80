"""State that every process shares: settings, tables, outbox, queues. Models remember."""

"""What was read a moment ago, kept in this process and in Redis. The rows are the truth (docs/caches.md)."""

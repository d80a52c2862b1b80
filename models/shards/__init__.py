"""Shards: the databases that members' rows live on, the map of buckets to them, and moves between them."""

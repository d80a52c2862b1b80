"""Workers do: they take jobs from Redis, let the planners think and save what comes of it."""

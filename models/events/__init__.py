"""Events: what is told of jobs, to listeners of streams and to the webhooks of tenants."""

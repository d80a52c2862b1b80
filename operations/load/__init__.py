"""Load on a running platform: what is sent when, what is watched meanwhile, and what is reported."""

"""Replicas: reads that may lag, how far they may, and never behind what was written in the same bucket."""

"""Measurements side by side with peers. Not installed; run by `make bench`."""

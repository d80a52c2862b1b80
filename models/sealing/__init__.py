"""Sealing: what the rows hold on a person is encrypted, and to be opened only with keys from outside."""

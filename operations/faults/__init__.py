"""Real faults for a running platform: links that fail, servers and processes killed, and the ledger."""

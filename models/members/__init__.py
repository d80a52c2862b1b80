"""Members and their tenants: who they are, what they log, and how all of it is shown, kept or erased."""

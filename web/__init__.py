"""The web asks: HTTP in, rows out. It knows no planner, no queue server's library and no operator's code."""

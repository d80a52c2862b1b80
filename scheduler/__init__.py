"""The scheduler reminds: it makes rows when their time has come, and tidies what has had its time."""

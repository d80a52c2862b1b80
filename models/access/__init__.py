"""Access: accounts, keys and tokens that open the door, and the log of what was done."""

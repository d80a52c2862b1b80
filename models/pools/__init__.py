"""The platform's processes: which workers there are, how many an operator wants, and what came when."""

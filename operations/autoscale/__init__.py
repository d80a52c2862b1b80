"""How many workers are right: signals in, a decision with reasons out, and what carries it out."""

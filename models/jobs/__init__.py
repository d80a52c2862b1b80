"""Jobs: asked for, waiting, claimed, kept, ended, rescued; their queues, and what operators see of them."""

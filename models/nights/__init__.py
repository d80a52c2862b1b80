"""Nights: batches of members' plans made anew, their chunks, and the runs of schedules."""

"""A plan made anew in the night: for the days to come, from what has been learned; what was lived is kept."""

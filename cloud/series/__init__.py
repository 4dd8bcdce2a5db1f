"""Series: what the points of the inventory were in the past, in buckets and row by row."""

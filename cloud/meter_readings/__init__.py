"""抄表: readings by hand, one by one or from a CSV file."""

"""The historian: time series by point, written as line protocol, read back in columns."""

"""Complaints (投诉): taken at the desk, answered the same day, handled, each with its steps."""

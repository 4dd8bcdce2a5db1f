"""Rooms (房号): whom the service desk speaks to, found by number, name or telephone."""

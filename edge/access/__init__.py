"""Access: what the watch of each door finds by the clock and by counting, from its states and messages."""

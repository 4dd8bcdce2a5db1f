"""Saved views: what somebody had on the trend desk, to come back to and to share by a link."""

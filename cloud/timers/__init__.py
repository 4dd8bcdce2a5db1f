"""The timers: durable, each due once, whatever restarts in between."""

"""Patrol: rounds by the clock, reads at checkpoints, a verdict on each; what nobody came to alarms by itself."""

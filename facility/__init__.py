"""The building's own words: points, batches, events, equipment, alarms. Pure; no I/O but reading its own YAML."""

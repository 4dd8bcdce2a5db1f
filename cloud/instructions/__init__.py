"""The instructions: durable, in order for each gateway, answered by events."""

"""The alarms: what the edges detect, what people answered, and the history of both."""

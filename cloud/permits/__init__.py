"""Permits to take an alarm rule out of service: asked for by one, allowed by another or the head, over at its time."""

"""Patrol rounds: what the edge says of each checkpoint, and what it said before."""

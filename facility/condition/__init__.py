"""How equipment is, in figures: use, efficiency, wear and the room that is left to each limit; pure arithmetic."""

"""Codes that hang at equipment and places: made, printed, looked up, replaced."""

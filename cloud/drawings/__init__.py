"""Drawings of places: SVG that somebody gave us, cleaned by an allowlist before it is kept."""

"""The sites: names, time zone, places, systems."""

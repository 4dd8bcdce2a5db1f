"""Preventive maintenance: plans by calendar and by run hours, each occurrence of which makes one order."""

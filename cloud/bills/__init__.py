"""Electricity bills reckoned from the ledger, checked against the real ones, and what another contract would cost."""

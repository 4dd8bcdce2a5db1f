"""Waste found in the ledger: findings with their evidence, an order, and the saving verified afterwards."""

"""Meters: what the gateways' inventories say of them, and what people add: manual and virtual meters, widths, uses."""

"""Changes of meters: settings, manual and virtual meters, replacements with both registers."""

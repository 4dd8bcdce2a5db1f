"""What stands around every endpoint: limits, checks, headers, metrics, the answers to errors, the pages."""

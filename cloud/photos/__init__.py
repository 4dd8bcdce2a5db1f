"""Photos of work orders: looked at, made harmless, kept beside the store, forgotten in time."""

"""Weather baselines of meters and what was saved against them."""

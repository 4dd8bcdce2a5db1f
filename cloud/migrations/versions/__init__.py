"""One file a step; its number says the order."""

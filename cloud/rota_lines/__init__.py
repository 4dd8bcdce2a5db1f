"""Lines of the rota taken away, while what they stand for may be needed."""

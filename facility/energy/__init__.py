"""Energy: what meters say, made into amounts per interval that add up, and what follows from them."""

"""A month broken down: by use and by area, in energy, coal, carbon, money and per m², and the weather it had."""

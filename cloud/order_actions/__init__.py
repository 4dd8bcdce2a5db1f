"""What telephones did to orders, maybe off line: taken once each by its key, in order, with when it was so."""

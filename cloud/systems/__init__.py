"""The systems of a site, one row each: key values, the last day, the worst alarm, the orders."""

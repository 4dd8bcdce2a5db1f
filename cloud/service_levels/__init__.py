"""Service levels: promises as data, calendars, and the four clocks of an order."""

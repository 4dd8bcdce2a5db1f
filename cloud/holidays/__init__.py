"""Holidays and working days (节假日, 调休) of a site's calendars, changed from today on only."""

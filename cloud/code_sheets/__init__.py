"""Sheets of QR codes to be printed, cut and hung up."""

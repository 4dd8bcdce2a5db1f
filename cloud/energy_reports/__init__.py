"""The monthly energy report, as columns, workbook and PDF."""

"""The monthly service report: each promise with its target, value and cases, recounted from the steps of the orders."""

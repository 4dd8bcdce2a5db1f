"""The maintenance calendar: plans and inspections that were due, are due and will be, also by run hours."""

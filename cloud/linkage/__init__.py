"""The fire linkage: one checklist a fire of a zone, from the first fire to the panel's reset."""

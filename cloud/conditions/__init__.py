"""The condition of equipment: figures of use and wear, kept by the day from the historian."""

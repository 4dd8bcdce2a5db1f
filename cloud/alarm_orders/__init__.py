"""Work orders asked for from an alarm, where its rule made none."""

"""Detection: rules compiled into columns, judged where something changed, one state machine for all of them."""

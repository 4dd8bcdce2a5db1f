"""Trial of alarm rules: recorded history once more through rules as they are, or as they would be."""

"""How each type of equipment moves and fails: one file a type, called like its folder in facility/equipment."""

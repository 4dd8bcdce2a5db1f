"""Instructions as people give them: who may, what none of them does, and the list of what came of each."""

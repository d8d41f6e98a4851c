"""Choose the threshold of a binary classifier: exact, honest, explained."""

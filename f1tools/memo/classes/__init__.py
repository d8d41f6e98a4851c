"""The memo about several classes or labels."""

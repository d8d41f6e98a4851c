"""The page Strategies: which remedy for imbalance is worth it, on the samples or on a visitor's own lab file."""

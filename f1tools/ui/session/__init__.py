"""Session state, the URL, caches and background jobs: the only package of the dashboard that touches them."""

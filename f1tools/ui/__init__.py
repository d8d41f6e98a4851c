"""What the pages share: state, caches, widgets, server settings."""

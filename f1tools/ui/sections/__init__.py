"""What the pages are made of: one or a few modules per page."""

"""The sections of the page Classes."""

"""The dashboard: session state, components that pages share, sections of pages, and server settings."""

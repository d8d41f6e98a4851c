"""Widgets, tables, figures and text that several pages share."""

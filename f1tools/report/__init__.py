"""The memo: one decision as a self-contained HTML file for people."""

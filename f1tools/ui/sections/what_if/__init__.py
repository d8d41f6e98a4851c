"""The questions of What if: what each asks for, what it assumes, and what comes out."""

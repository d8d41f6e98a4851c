"""Warnings and notes about a result: few positives, a trivial best threshold, scores that are not calibrated.

Each piece of advice says what was found, what it means and what to do, for people who are not statisticians; a short
form fits beside the answer. There is none when nothing is wrong.
"""

from f1tools.advice.advising import Advice, Kind, Level, advise, most_important

__all__ = ["Advice", "Kind", "Level", "advise", "most_important"]

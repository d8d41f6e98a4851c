"""The strategies lab: one network, trained with each strategy for imbalanced classes under the same protocol.

``python -m f1tools.lab data.csv --target y -o predictions.csv`` writes the scores of all strategies over repeated
splits into one file that the dashboard opens. Its packages come with ``f1tools[lab]``.
"""

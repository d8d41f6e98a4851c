"""The strategies lab: one network, trained by each remedy for imbalance, judged by the same protocol.

``python -m f1tools.lab data.csv --target y -o predictions.csv`` writes the scores of all strategies over repeated
splits into one file that the dashboard opens. It needs ``requirements-lab.txt``; nothing else in the project does.
"""

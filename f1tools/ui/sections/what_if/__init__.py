"""What if: scenarios, each with its assumptions, its inputs and its answer beside the current threshold."""

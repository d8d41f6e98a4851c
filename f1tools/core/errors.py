"""The error that is meant for people: one clear sentence."""


class InvalidPredictions(ValueError):
    """The predictions cannot be used as they are.

    The message is one sentence for the person who brought them: what was seen, where, and what to do.
    """

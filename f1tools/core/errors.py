"""The error that users see."""


class InvalidPredictions(ValueError):
    """The predictions cannot be used.

    The message is a text for the user: what was found, where, and what to do about it.
    """

"""The one exception of the build: something is not as promised, and nothing is given out."""


class BuildError(Exception):
    """What is wrong, in whole sentences, one a line."""

"""See what a ResNet sees, in one picture or in a hundred thousand."""

__version__ = "0.1.0"

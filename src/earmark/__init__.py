"""earmark: a second pair of ears for mixing engineers. It asks; a human decides."""

__version__ = "0.1.0"

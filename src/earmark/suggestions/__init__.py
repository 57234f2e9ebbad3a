"""Weighs findings against each other: one card per cause and stem, kit or pack, in the order one would listen."""

from earmark.suggestions.cards import gather

__all__ = ["gather"]

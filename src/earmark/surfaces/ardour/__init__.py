"""Ardour: markers, a suggested curve beside the mix, and an accept that looks twice."""

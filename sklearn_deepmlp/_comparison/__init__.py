"""Comparisons of the candidates of a search."""

"""Texts and lists that ship with the program: data, not code."""

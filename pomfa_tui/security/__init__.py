"""Adapters to vetted cryptography and to the protections of the operating system."""

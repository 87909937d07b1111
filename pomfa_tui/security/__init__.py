"""Adapters to vetted cryptography: password hashes, the vault, keys."""

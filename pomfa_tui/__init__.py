"""The sign-in desk of a pharmacy system: e-mail, password and authenticator code, in a terminal."""

__version__ = "0.1.0"

"""Building blocks the screens share."""

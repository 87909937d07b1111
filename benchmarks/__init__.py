"""Measurements: each script prints ratios against a floor taken in the same run."""

"""What `pomfa-tui doctor` looks at."""

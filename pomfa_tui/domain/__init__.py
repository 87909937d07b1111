"""Values and rules of the sign-in desk: no input or output, no clock, no terminal."""

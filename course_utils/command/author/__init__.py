"""Running notebooks, the form they are stored in, and the tests."""

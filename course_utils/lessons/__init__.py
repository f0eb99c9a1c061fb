"""A room for each lesson; none imports another."""

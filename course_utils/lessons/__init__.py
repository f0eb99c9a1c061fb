"""A folder a lesson; each lists what its notebook imports. None imports another."""

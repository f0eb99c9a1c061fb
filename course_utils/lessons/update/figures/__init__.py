"""The pictures of lesson 05, Update the weights."""

"""The pictures of lesson 02, Know its parameters."""

"""The pictures of lesson 01, Define the network."""

"""The pictures of lesson 07, Train it on real digits."""

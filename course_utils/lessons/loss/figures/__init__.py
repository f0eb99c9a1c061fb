"""The pictures of lesson 03, Measure the loss."""

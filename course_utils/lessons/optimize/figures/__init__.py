"""The pictures of lesson 06, Choose the step."""

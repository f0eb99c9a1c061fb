"""The pictures of lesson 04, Send the error back."""

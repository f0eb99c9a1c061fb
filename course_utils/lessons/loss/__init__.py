"""Lesson 03, Measure the loss."""

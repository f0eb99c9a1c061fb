"""One file an exercise: what `.solution()` shows and the tests execute."""

"""Pages in which explorers move without Python: their frames, and the script that shows them."""

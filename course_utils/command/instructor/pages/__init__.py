"""Pages that move without Python: the frames of explorers, printed, and the scripts that show them."""

"""What computes: torch only. Functions return frozen records and never draw, print or display."""

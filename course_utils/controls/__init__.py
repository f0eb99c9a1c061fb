"""What moves: explorers connect controls to a record of `core` and a Picture of `figures`."""

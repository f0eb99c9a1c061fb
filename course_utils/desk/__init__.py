"""Until it has moved: who has solved what."""

"""The commands for instructors: copies, handouts, the page, and who has solved what."""

"""What an instructor makes of the lessons: copies to type into, solved copies, web pages."""

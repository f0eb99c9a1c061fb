"""What every lesson may use, with torch alone; nothing here draws or prints."""

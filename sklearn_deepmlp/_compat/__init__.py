"""What this package takes from others beyond their public interfaces, a file for each."""

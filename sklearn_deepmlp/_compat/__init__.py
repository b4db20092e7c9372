"""What this package uses of others beyond their public interfaces, one file for each."""

"""What rules find in a line, and what they find in pure noise."""

"""Charts of many clients, and of many studies."""

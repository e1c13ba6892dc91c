"""What charts are made of: axes, colours, sentences."""

"""What a class's work comes to, question by question: figures without names, from five on."""

"""A whole clinic under the hand: who stays, who leaves, and what analyses make of it."""

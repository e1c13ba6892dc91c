"""For the whole class: a board to project, and tasks with data of one's own."""

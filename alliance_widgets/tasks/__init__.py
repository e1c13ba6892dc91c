"""Tasks by seed: data of one's own, and questions whose right answers follow from the seed."""

from alliance_widgets.tasks.asked import Asked, Task, checked
from alliance_widgets.tasks.handed_in import marked_tasks
from alliance_widgets.tasks.kinds import TASKS, dice_of, made_task

__all__ = ["TASKS", "Asked", "Task", "checked", "dice_of", "made_task", "marked_tasks"]

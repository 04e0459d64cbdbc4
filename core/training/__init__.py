"""How models are trained: the loop that all share, what is held out, and learning from what a person said.

`plan` says how long and how fast, `runs` keeps a run on the disk, `loop` takes the steps, `splitting` holds works out,
`preferences` makes a model likelier to write what a person prefers, `tuning` holds the result within its limits.
"""

from .loop import device_of, train
from .plan import TrainingPlan, TrainingResult
from .runs import finished_run, load_best
from .splitting import split_held_out

__all__ = ["TrainingPlan", "TrainingResult", "device_of", "finished_run", "load_best", "split_held_out", "train"]

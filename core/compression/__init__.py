"""Language models made smaller and faster: fewer bits, fewer numbers, a smaller student; and what that costs, measured.

A model says once what it is (`learner.Learner`); pruning, distilling and measuring are the same for all of them.
"""

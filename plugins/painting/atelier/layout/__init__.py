"""From a theme to a plan: what is painted, in what hour and place, and what stands where."""

"""Fire linkage proof: what a fire must bring about is watched and timed, and never brought about by us."""

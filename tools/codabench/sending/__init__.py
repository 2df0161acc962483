"""A zip on its way: what is asked before, its name, and the stages of the upload."""

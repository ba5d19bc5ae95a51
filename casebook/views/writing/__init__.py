"""Writing a case: the guided form, what others will see of it, who may read it."""

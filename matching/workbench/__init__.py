"""A need's workbench: what may be done with a variant, the verbs, their numbers, and the words for them."""

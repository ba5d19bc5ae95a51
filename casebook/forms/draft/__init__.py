"""The guided form: one screen a step, each made of parts that say what they change in a draft's content."""

"""Names of what sockets listen to."""


def group_of_workbench(need: int) -> str:
    return f"workbench.{need}"

"""What decides who finds what, as columns of numbers kept by this process and never older than the database.

    columns = current()               # asks the database what has changed since
    sight = columns.seen_by(reader)   # sight.readable: one bool a section; sight.visible: one bool a case

`columns.sections.id` and `columns.cases.id` are sorted; `positions` finds ids in them. What is shown is read from the
database all the same: from here come sets, figures and order, at a price that does not grow with the answers.
"""

from search.columns.keeping import current, forget, sweep
from search.columns.tables import Codes, Columns, Ids, Mask, Sight, positions

__all__ = ["Codes", "Columns", "Ids", "Mask", "Sight", "current", "forget", "positions", "sweep"]

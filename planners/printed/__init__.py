"""Plans on paper and in other programs: pure functions from a plan's JSON to text. Standard library only.

Every figure is taken from the plan as `planners.plan.plan_json` gives it and as it is stored; none is
computed anew, so what is printed is what was planned.
"""

from planners.printed.calendar import calendar_ics
from planners.printed.menu import menu_page
from planners.printed.shopping import shopping_csv
from planners.printed.training import training_page

__all__ = ["calendar_ics", "menu_page", "shopping_csv", "training_page"]

"""What a member may change in a plan, and ask about it: data with limits, as the interface reads it."""

from planners.change.asked import (
    CHANGES,
    QUESTIONS,
    Change,
    Offer,
    Question,
    asked_json,
    check_in_plan,
    read_change,
    read_question,
)
from planners.change.menu import DaySwap, DayTrade, ItemOffer, ItemQuestion, ItemSwap, MealSwap, MenuChange
from planners.change.training import (
    ExerciseSwap,
    SessionSwap,
    TrainingChange,
    TrainingOffer,
    TrainingQuestion,
    check_to_come,
)

__all__ = [
    "CHANGES",
    "QUESTIONS",
    "Change",
    "DaySwap",
    "DayTrade",
    "ExerciseSwap",
    "ItemOffer",
    "ItemQuestion",
    "ItemSwap",
    "MealSwap",
    "MenuChange",
    "Offer",
    "Question",
    "SessionSwap",
    "TrainingChange",
    "TrainingOffer",
    "TrainingQuestion",
    "asked_json",
    "check_in_plan",
    "check_to_come",
    "read_change",
    "read_question",
]

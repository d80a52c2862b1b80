"""What a plan pays, in dollars a day, for what it lacks: the objective's terms in their order of weight.

The prices make the order: a whole nutrient missed costs more than all other terms together, the index of diet
quality more than the taste of one dish, and money decides between what is otherwise alike. All are chosen.
"""

from __future__ import annotations

HARD_MISS_USD = 120.0  # a hard limit missed by its whole amount; only a search on its way ever pays it
SHORTFALL_USD = 8.0  # a floor that no permitted food can reach, missed whole (reported, never silent)
SOFT_MISS_USD = 20.0  # a soft limit missed whole
MEAL_PROTEIN_USD = 10.0  # a main meal's share of the protein missed whole
WATER_MISS_USD = 5.0  # the same for water, which a bottle mends
PAIRING_USD = 3.00  # a day on which a meal holds two starches, two drinks, or cereal without milk
KIND_USD = 2.00  # a main of a kind that the week has had often enough
HEI_POINT_USD = 0.25  # a point of the Healthy Eating Index 2020
LIKED = 0.10  # share of its dollars that a food which the member likes counts
REPEAT_USD = 1.00  # a food served once more than its role allows freely in a week
AGAIN_USD = 0.50  # a food served again that an earlier week of the plan had, per serving
CHANGE_USD = 0.30  # a food that the last plan did not have, per serving
PORTION_USD = 0.80  # the largest portion of a food against its middle one: two dishes rather than one heap
SELDOM_USD = 1.50  # a food that few people know, per serving
FOOD_USD = 0.50  # what a dollar of food counts: money decides last (a budget is a limit, and hard)
TIE_USD = 0.03  # most by which a food at one place differs from the same food at another
ITEM_USD = 0.10  # each item that a meal could go without: shopping, washing-up
TASTE_USD = {  # most that the seed adds to a serving, so that seeds, weeks and members differ
    "breakfast_main": 1.0, "lunch_main": 1.5, "dinner_main": 1.5, "vegetable": 0.8, "fruit": 0.6,
    "grain": 0.6, "legume": 0.6, "snack": 0.6, "training_snack": 0.4, "breakfast_bread": 0.4, "dairy": 0.3,
    "topping": 0.3, "drink": 0.2,
}  # fmt: skip

"""Words in a food's name or description that give away what it holds or whom it does not suit."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planners.spec import Allergen, Diet


@dataclass(frozen=True)
class Words:
    """Words to look for, as a pattern, in a text from which the phrases `unless` are taken out first."""

    telling: str
    unless: str = r"(?!)"

    def in_text(self, text: str) -> str:
        """The first of the words in a text, "" when there is none."""
        rest = re.sub(self.unless, " ", text, flags=re.IGNORECASE)
        word = re.search(rf"\b({self.telling})\b", rest, flags=re.IGNORECASE)
        return word[0] if word else ""


TELLING_WORDS = {
    Allergen.MILK: Words(
        r"milk|butter|buttermilk|cream|cheeses?|yogurt|kefir|cheddar|parmesan|parmigiana|mozzarella|ricotta|"
        r"paneer|queso|latte|whey|margarine|custard|pudding|tzatziki|alfredo|stroganoff|lasagna|ranch|pizza|"
        r"quesadilla|enchiladas?|ghee|feta|au gratin|scalloped",
        r"(latte, )?(with )?(soy|almond|rice|coconut|non-dairy) milk|latte with plant milk|no (milk|dairy)|"
        r"(peanut|almond|cashew|nut) butter( and jelly)?( sandwich)?|cream of (rice|wheat)|rice, cream of|"
        r"soy yogurt|yogurt, soy|with (peanut|almond) butter|regular peanut butter|butter beans?",
    ),
    Allergen.EGG: Words(
        r"eggs?|omelet|mayonnaise|quiche|challah|french toast|pancakes?|waffles?|egg noodles|meat ?loaf|"
        r"noodles|custard|ranch|egg-white",
        r".*mung bean.*|rice noodles|noodle soup\)|pho[^|]*|"
        r"\(rice and lentil pancake\)|dosa[^|]*|pancake (or maple )?syrup",
    ),
    Allergen.FISH: Words(
        r"fish|salmon|tuna|cod|tilapia|trout|sardines?|herring|mackerel|flounder|haddock|catfish|perch|whiting|"
        r"anchov(y|ies)|swordfish|worcestershire",
        r"shellfish",
    ),
    Allergen.SHELLFISH: Words(r"shrimp|prawns?|crab|lobster|scallops|clams?|oysters?|mussels|crayfish|squid"),
    Allergen.TREE_NUT: Words(
        r"almonds?|walnuts?|cashews?|pecans?|pistachios?|hazelnuts?|macadamias?|coconut|mixed nuts|nuts and|"
        r"with nuts|brazil nuts|pine nuts|pesto|granola|trail mix|muesli|marzipan",
        r"low fat, with fruit",
    ),
    Allergen.PEANUT: Words(r"peanuts?|pad thai|kung pao|trail mix|granola"),
    Allergen.WHEAT: Words(
        r"wheat|bread|breaded|coated|battered|bun|roll|rolls|bagel|muffin|pita|naan|chapp?ati|roti|couscous|"
        r"bulgur|pasta|spaghetti|macaroni|lasagna|ravioli|noodles?|lo mein|tortilla|burrito|pizza|sandwich|"
        r"submarine|crackers|cookies?|pretzels?|waffles?|pancakes?|toast|seitan|soy sauce|soy-based|"
        r"teriyaki|seven-grain|matzo|biscuits?|quiche|pie|stuffing|dumplings?|gravy|tabbouleh|farina|"
        r"croutons|burger on",
        r".*gluten[ -]free.*|.*mung bean.*|rice noodles|corn tortillas?|"
        r"tortilla, corn|tortilla chips|corn shell|buckwheat|rice crackers|crackers, rice|cream of rice|"
        r"\(rice and lentil pancake\)|pancake (or maple )?syrup|syrup, pancake|cabbage rolls?|"
        r"rice cakes?|grape leaves[^|]*|on corn tortillas|spaghetti (squash|sauce)",
    ),
    Allergen.SOY: Words(
        r"soy|soybeans?|soymilk|tofu|edamame|tempeh|miso|teriyaki|soy sauce|soy-based|lo mein|fried rice|"
        r"stir-fry|meatless (chicken|meatballs|breakfast)|mayonnaise|hoisin",
        r"stir-fry vegetables, no sauce|asian stir fry vegetables",
    ),
    Allergen.SESAME: Words(r"sesame|tahini|hummus|bun|hamburger|lo mein|bibimbap", r"no bun"),
}

FORBIDDEN_WORDS = {
    Diet.VEGETARIAN: Words(
        r"beef|pork|ham|bacon|chicken|turkey|lamb|goat|duck|venison|bison|sausage|jerky|meat|gelatin|liver|"
        r"fish|salmon|tuna|shrimp|crab|gravy|lard|meat sauce|hamburger|meat loaf",
        r"meatless [a-z]+( [a-z]+)?|[a-z]+, meatless|chicken, meatless|without meat|meat substitute|"
        r"meatball, meatless|breakfast link, pattie, or slice|no lard|hamburger bun|roll, [^|]*hamburger bun|"
        r"vegetarian burger|hot.dog bun",
    ),
    Diet.VEGAN: Words(r"honey|egg|cheese|yogurt|butter|cream|whey|casein", r"soy yogurt|yogurt, soy|"
        r"(peanut|almond|cashew) butter|cream of (wheat|rice)|butter beans?|excluding honey roasted"),
    Diet.HALAL: Words(
        r"pork|ham|bacon|wine|beer|rum|gelatin|lard|pepperoni|sausage|prosciutto|teriyaki|soy sauce|soy-based"
    ),
    Diet.KOSHER: Words(
        r"pork|ham|bacon|pepperoni|shrimp|crab|lobster|scallops?|clams?|oysters?|mussels|crayfish|squid|"
        r"catfish|eel|shark|swordfish|gelatin|lard|venison|cheeseburger"
    ),
    Diet.GLUTEN_FREE: Words(
        r"wheat|barley|rye|malt|oats?|oatmeal|seitan|couscous|bulgur|semolina|soy sauce|breaded",
        r"buckwheat|.*certified gluten-free.*|gluten[ -]free",
    ),
    Diet.LACTOSE_FREE: Words(r"yogurt|buttermilk|ricotta|cottage|cream", r"soy yogurt|yogurt, soy|lactose"
        r"[ -](free|reduced)[^|]*|cream of (wheat|rice)|cottage, lowfat, lactose reduced"),
}  # fmt: skip

LITTLE_LACTOSE = Words(r"lactose|cheddar|swiss|parmesan")
"""Milk foods for people who cannot digest lactose: it was removed, or has gone with long ripening."""

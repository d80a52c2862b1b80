"""The prices of the objective, against the page that documents them and against their order."""

from planners.nutrition import prices
from tests.planners.nutrition.test_documentation import rows_under


def test_the_page_names_every_price_with_its_value() -> None:
    told = {name: float(cells[0]) for name, cells in rows_under("price").items()}
    told.pop("---", None)
    coded = {
        name: value for name, value in vars(prices).items() if name.endswith("_USD") and name != "TASTE_USD"
    }
    assert told == coded


def test_misses_weigh_more_than_quality_and_quality_more_than_money() -> None:
    whole_index = 100 * prices.HEI_POINT_USD
    assert prices.HARD_MISS_USD > whole_index > prices.KIND_USD > prices.REPEAT_USD > prices.FOOD_USD
    assert prices.LIKED < 1.0
    assert max(prices.TASTE_USD.values()) < prices.KIND_USD

"""`reveille foods`: check, import and rebuild."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from operations.cli import reveille
from operations.foods_downloads import read_downloads
from operations.foods_import import FILE_NAME, wide_catalog
from operations.foods_rebuild import rebuild
from operations.foods_sheet import DownloadError
from planners.errors import InvalidRequest
from planners.nutrition.catalog import load_catalog, read_catalog
from planners.nutrition.planner import plan_from
from planners.spec import NutritionRequest, read_request, request_json
from tests.operations.made_downloads import BREAD, MILK, SALT, make
from tests.planners.nutrition.catalog_text import BUTTER, RICE, changed


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(reveille, ["foods", *map(str, arguments)])


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return make(folder)


def test_check_of_the_built_in_catalogue_ends_with_0() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout.endswith(f"{len(load_catalog())} foods, 0 findings\n")


def test_check_of_a_wrong_file_prints_each_finding_and_ends_with_1(tmp_path: Path) -> None:
    wrong = tmp_path / "foods.csv"
    wrong.write_text(changed({BUTTER: {"contains_milk": "no"}}), encoding="utf-8")
    result = run("check", wrong)
    assert result.exit_code == 1
    assert f"{BUTTER} Butter: " in result.stdout
    told = json.loads(run("check", wrong, "--json").stdout)
    assert told["foods"] == len(load_catalog())
    assert {finding["code"] for finding in told["findings"]} == {BUTTER}


def test_check_of_a_damaged_file_ends_with_a_sentence(tmp_path: Path) -> None:
    damaged = tmp_path / "foods.csv"
    damaged.write_text(changed({RICE: {"step": "x"}}), encoding="utf-8")
    result = run("check", damaged)
    assert result.exit_code == 1
    assert "column step: must be a number, not 'x'" in result.stderr


def test_import_writes_the_priced_foods_without_tags_and_says_what_it_left_out(
    downloads: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    result = run("import", downloads, "--data", data)
    assert result.exit_code == 0, result.output
    assert "2 foods imported" in result.stdout
    assert "left out: 1 foods without a price, 1 rows with a spoilt code" in result.stdout
    catalog = read_catalog((data / FILE_NAME).read_text(encoding="utf-8"))
    assert catalog.codes.tolist() == [MILK, BREAD]
    assert catalog.contains.all()
    assert not catalog.suits.any()
    assert not catalog.roles.any()
    assert catalog.measure_g.tolist() == [244.0, 28.0]
    assert not list(data.glob("*.new"))


def test_a_second_import_replaces_the_first(downloads: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert run("import", downloads, "--data", tmp_path / "data").exit_code == 0
    assert len(wide_catalog(tmp_path / "data")) == len(load_catalog()) + 2


def test_without_an_import_there_is_the_built_in_catalogue(tmp_path: Path) -> None:
    assert wide_catalog(tmp_path) is load_catalog()


def test_import_of_an_incomplete_folder_says_which_table_is_missing(downloads: Path, tmp_path: Path) -> None:
    (downloads / "e.csv").unlink()
    result = run("import", downloads, "--data", tmp_path / "data")
    assert isinstance(result.exception, DownloadError)
    assert "the table of prices" in str(result.exception)
    assert not (tmp_path / "data" / FILE_NAME).exists()


def request(**changes: object) -> NutritionRequest:
    member = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82, "activity": "active"}
    lock = {"day": 1, "slot": "breakfast", "food_code": MILK, "grams": 244}
    data = {"kind": "nutrition", "seed": 7, "days": 1, "meals_per_day": 3, "member": member, "locked": [lock]}
    found = read_request(data | changes, date(2026, 12, 1))
    assert isinstance(found, NutritionRequest)
    return found


@pytest.mark.parametrize("needs", [{"allergies": ["peanut"]}, {"diets": ["vegetarian"]}])
def test_an_imported_food_is_refused_for_a_member_with_an_allergy_or_a_diet(
    downloads: Path, tmp_path: Path, needs: dict[str, object]
) -> None:
    run("import", downloads, "--data", tmp_path)
    with pytest.raises(InvalidRequest) as caught:
        plan_from(wide_catalog(tmp_path), request(**needs))
    assert [error.pointer for error in caught.value.errors] == ["/locked/0/food_code"]


def test_an_imported_food_is_served_to_others_only_where_they_lock_it(
    downloads: Path, tmp_path: Path
) -> None:
    run("import", downloads, "--data", tmp_path)
    plan = plan_from(wide_catalog(tmp_path), request())
    served = [item for day in plan.days for meal in day.meals for item in meal.items]
    assert [item.grams for item in served if item.food_code == MILK] == [244]
    assert BREAD not in [item.food_code for item in served]


def planned(folder: Path, **needs: object) -> tuple[int, dict[str, Any]]:
    asked = json.dumps(request_json(request(**needs)))
    told = CliRunner().invoke(reveille, ["plan", "nutrition", "-", "--data", str(folder)], input=asked)
    return told.exit_code, json.loads(told.stdout)


def test_the_command_plans_with_an_imported_food_and_never_against_an_allergy(
    downloads: Path, tmp_path: Path
) -> None:
    run("import", downloads, "--data", tmp_path / "data")
    status, plan = planned(tmp_path / "data")
    assert status == 0
    assert MILK in [item["food_code"] for meal in plan["days"][0]["meals"] for item in meal["items"]]
    status, problem = planned(tmp_path / "data", allergies=["peanut"])
    assert (status, problem["errors"][0]["pointer"]) == (2, "/locked/0/food_code")
    assert "peanut" in problem["detail"]
    status, problem = planned(tmp_path / "nothing")
    assert (status, problem["detail"]) == (2, f"/locked/0/food_code: {MILK} is not in the catalogue.")


def test_an_imported_food_is_scored(downloads: Path, tmp_path: Path) -> None:
    run("import", downloads, "--data", tmp_path / "data")
    eaten = tmp_path / "eaten.json"
    member = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
    eaten.write_text(json.dumps({"member": member, "foods": [{"food_code": MILK, "grams": 244}]}), "utf-8")
    scored = run("score", eaten, "--data", tmp_path / "data")
    assert (scored.exit_code, json.loads(scored.stdout)["hei_2020"]["components"]["dairy"]) == (0, 10.0)
    assert run("score", eaten, "--data", tmp_path / "nothing").exit_code == 2


@pytest.mark.parametrize("spoiled", [b"no table", bytes(range(256))])
def test_a_damaged_import_is_named_and_no_bad_request(
    downloads: Path, tmp_path: Path, spoiled: bytes
) -> None:
    run("import", downloads, "--data", tmp_path)
    (tmp_path / FILE_NAME).write_bytes(spoiled)
    with pytest.raises(DownloadError, match=FILE_NAME):
        wide_catalog(tmp_path)


def test_check_of_a_file_that_is_no_text_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "foods.csv").write_bytes(bytes(range(256)))
    result = run("check", tmp_path / "foods.csv")
    assert (result.exit_code, "is no text in UTF-8" in result.stderr) == (1, True)


def test_rebuild_fills_in_figures_and_keeps_choices(downloads: Path, tmp_path: Path) -> None:
    path = tmp_path / "foods.csv"
    path.write_text(changed({RICE: {"code": str(BREAD), "name": "Our bread", "contains_wheat": ""}}), "utf-8")
    keep = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*keep[:2], next(line for line in keep if line.startswith(str(BREAD)))]), "utf-8")
    assert rebuild(path, read_downloads(downloads)) == 1
    catalog = read_catalog(path.read_text(encoding="utf-8"))
    assert catalog.names == ("Our bread",)
    assert catalog.descriptions == ("Bread, made",)
    assert catalog.usd_per_100g.tolist() == [0.4]
    assert np.count_nonzero(catalog.per_100g == 1.0) == catalog.per_100g.size - 1
    first = path.read_text(encoding="utf-8")
    rebuild(path, read_downloads(downloads))
    assert path.read_text(encoding="utf-8") == first


def test_a_price_of_our_own_comes_before_the_table(downloads: Path, tmp_path: Path) -> None:
    path = tmp_path / "foods.csv"
    text = changed({RICE: {"code": str(BREAD), "own_usd_per_100g": "0.15"}})
    lines = text.splitlines(keepends=True)
    path.write_text("".join([*lines[:2], next(li for li in lines if li.startswith(str(BREAD)))]), "utf-8")
    rebuild(path, read_downloads(downloads))
    assert read_catalog(path.read_text(encoding="utf-8")).usd_per_100g.tolist() == [0.15]


@pytest.mark.parametrize(("code", "missing"), [(SALT, "price"), (77777777, "nutrients and patterns")])
def test_rebuild_refuses_a_food_that_the_tables_do_not_hold(
    downloads: Path, tmp_path: Path, code: int, missing: str
) -> None:
    path = tmp_path / "foods.csv"
    path.write_text(changed({RICE: {"code": str(code)}}), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:2], next(li for li in lines if li.startswith(str(code)))]), "utf-8")
    with pytest.raises(DownloadError, match=f"food {code} has no {missing}"):
        rebuild(path, read_downloads(downloads))


def test_a_logged_day_is_scored_and_a_bad_line_fails_no_other() -> None:
    member = {"sex": "male", "age_years": 24, "height_cm": 178, "weight_kg": 82}
    days = [
        {"member": member, "foods": [{"food_code": code, "grams": 200}]} for code in (11112210, 12, 63101000)
    ]
    one = CliRunner().invoke(reveille, ["foods", "score", "-"], input=json.dumps(days[0]))
    assert one.exit_code == 0
    assert set(json.loads(one.stdout)) == {"hei_2020", "nrf_9_3", "mean_adequacy_ratio", "nutrients"}
    lines = "\n".join(json.dumps(day) for day in days)
    many = CliRunner().invoke(reveille, ["foods", "score", "-", "--jsonl"], input=lines)
    told = [json.loads(line) for line in many.stdout.splitlines()]
    assert (many.exit_code, ["error" in line for line in told]) == (0, [False, True, False])

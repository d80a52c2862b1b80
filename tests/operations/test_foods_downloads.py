"""Reading the public food tables, on small files of the same shape."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from operations.foods_downloads import read_downloads
from operations.foods_sheet import DownloadError
from planners.nutrition.nutrients import NUTRIENTS, PATTERNS
from tests.operations.made_downloads import BREAD, MILK, NAMES, SALT, make, nutrient_row, text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path)


def replaced(folder: Path, name: str, old: str, new: str) -> Path:
    path = folder / name
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))
    return folder


def test_banner_broken_headers_marks_and_other_files_are_no_hindrance(folder: Path) -> None:
    downloads = read_downloads(folder)
    assert downloads.descriptions == NAMES
    assert set(downloads.nutrients) == set(downloads.patterns) == set(NAMES)
    assert downloads.more[MILK] == "more words"


def test_every_nutrient_has_its_column_and_added_sugars_come_from_the_patterns(folder: Path) -> None:
    milk = dict(zip(NUTRIENTS, read_downloads(folder).nutrients[MILK], strict=True))
    assert milk.pop("added_sugars_g") == pytest.approx(0.5 * 4.2)
    assert set(milk.values()) == {1.0}


def test_patterns_are_the_sums_of_their_columns(folder: Path) -> None:
    milk = dict(zip(PATTERNS, read_downloads(folder).patterns[MILK], strict=True))
    assert (milk["total_fruit_cup"], milk["whole_fruit_cup"]) == (0.5, 1.0)
    assert (milk["seafood_oz"], milk["meat_poultry_oz"]) == (1.0, 2.0)


def test_prices_are_of_the_one_cycle_and_a_spoilt_code_is_dropped_and_counted(folder: Path) -> None:
    downloads = read_downloads(folder)
    assert downloads.prices == {MILK: 0.1, BREAD: 0.4}
    assert SALT not in downloads.prices
    assert downloads.dropped_rows == 1


def test_portions_without_a_weight_are_no_portions(folder: Path) -> None:
    assert read_downloads(folder).portions == {MILK: (("1 cup", 244.0),), BREAD: (("1 slice", 28.0),)}


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("b.csv", "Iron\n(mg)", "Ferrum\n(mg)", r"b\.csv: there is no column 'Iron \(mg\)'"),
        ("b.csv", ",1.0,1.0", ",,1.0", r"b\.csv, line \d+: 'Energy \(kcal\)' must be a number of at least 0"),
        ("b.csv", ",1.0,1.0", ",-1.0,1.0", "must be a number of at least 0, not '-1.0'"),
        ("b.csv", ",1.0,1.0", ",nan,1.0", "must be a number of at least 0, not 'nan'"),
        ("c.csv", str(BREAD), str(MILK), f"food {MILK} stands there a second time"),
        ("e.csv", ",0.4", ",NA", "'price_100gm' must be a number of at least 0, not 'NA'"),
        ("d.csv", ",244", ",heavy", r"d\.csv, line \d+: 'Portion weight \(g\)' must be a number"),
    ],
)
def test_a_damaged_table_is_refused_with_its_place(
    folder: Path, name: str, old: str, new: str, complaint: str
) -> None:
    with pytest.raises(DownloadError, match=complaint):
        read_downloads(replaced(folder, name, old, new))


def test_the_line_of_a_damaged_row_is_the_line_of_the_file(folder: Path) -> None:
    replaced(folder, "e.csv", ",0.4", ",NA")
    line = next(i for i, row in enumerate((folder / "e.csv").read_bytes().splitlines(), 1) if b"NA" in row)
    with pytest.raises(DownloadError, match=rf"e\.csv, line {line}:"):
        read_downloads(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "c.csv").unlink()
    with pytest.raises(DownloadError, match="no CSV file with the table of patterns"):
        read_downloads(folder)


def test_a_table_that_is_there_twice_is_refused(folder: Path) -> None:
    (folder / "z.csv").write_bytes((folder / "c.csv").read_bytes())
    with pytest.raises(DownloadError, match=r"z\.csv and c\.csv are both tables of patterns"):
        read_downloads(folder)


def test_a_row_that_ends_early_is_refused(folder: Path) -> None:
    short = text([nutrient_row(SALT)[:10]])
    path = folder / "b.csv"
    whole = path.read_text(encoding="utf-8-sig")
    kept = whole[: whole.rindex(str(SALT))]
    path.write_text(kept + short, encoding="utf-8")
    with pytest.raises(DownloadError, match="the row ends before the column"):
        read_downloads(folder)


def test_the_made_files_have_the_traps_of_the_real_ones(folder: Path) -> None:
    assert (folder / "b.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (folder / "b.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows[0]) == 1
    assert "Iron\n(mg)" in rows[1]
    with pytest.raises(UnicodeDecodeError):
        (folder / "e.csv").read_bytes().decode("utf-8")

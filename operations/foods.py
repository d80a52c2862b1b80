"""`reveille foods`: check the catalogue of foods, fill in its figures, load the public tables beside it."""

from __future__ import annotations

import dataclasses
import json
import os
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import IO, Any

import click

from operations.answers import RequestFile, answer_document, answer_lines
from operations.foods_check import check_catalog
from operations.foods_downloads import read_downloads
from operations.foods_import import import_foods, wide_catalog
from operations.foods_rebuild import rebuild as rebuild_file
from operations.stack.folder import chosen_folder, make_folder
from planners.errors import CatalogueError
from planners.json_text import parse_json
from planners.nutrition.catalog import Catalog, load_catalog, read_catalog
from planners.nutrition.logged import score_eating

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DATA = click.option(
    "--data", type=click.Path(), help="Data folder; else REVEILLE_DATA, else the customary place."
)


@click.group()
def foods() -> None:
    """The catalogue of foods that menus are made from."""


@foods.command()
@click.argument("file", type=FILE, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(file: Path | None, as_json: bool) -> None:
    """Check the built-in catalogue, or a changed one in FILE: figures, tags, enough foods for everybody.

    Exit status: 0 nothing was found; 1 something was, one line each.
    """
    try:
        catalog = read_catalog(file.read_text(encoding="utf-8")) if file else load_catalog()
    except CatalogueError as error:
        raise click.ClickException(str(error)) from None
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is no text in UTF-8: {error}") from None
    findings = [dataclasses.asdict(finding) for finding in check_catalog(catalog)]
    if as_json:
        click.echo(json.dumps({"catalogue": catalog.version, "foods": len(catalog), "findings": findings}))
    else:
        _print_findings(catalog, findings)
    raise SystemExit(1 if findings else 0)


def _print_findings(catalog: Catalog, findings: list[dict[str, str | int]]) -> None:
    for finding in findings:
        click.echo(f"{finding['code'] or '':8} {finding['name']}: {finding['text']}")
    click.echo(f"catalogue {catalog.version}: {len(catalog)} foods, {len(findings)} findings")


@foods.command("import")
@click.argument("folder", type=FOLDER)
@DATA
def import_(folder: Path, data: str | None) -> None:
    """Load the CSV files of the public food tables in FOLDER beside the built-in catalogue.

    The files are known by their columns: FNDDS foods, nutrients and portions, FPED patterns, PP-NAP prices.
    """
    downloads = read_downloads(folder)
    done = import_foods(downloads, make_folder(chosen_folder(data, os.environ)).path)
    click.echo(f"{done.foods} foods imported into {done.path}")
    click.echo(
        f"left out: {done.without_price} foods without a price, {done.dropped_rows} rows with a spoilt code"
    )
    click.echo(
        "They carry no tags: a member with an allergy or a diet is never given one, others only where they "
        "lock it. `reveille plan nutrition` and `foods score` know them; the platform's workers do not."
    )


@foods.command()
@click.argument("folder", type=FOLDER)
def rebuild(folder: Path) -> None:
    """Fill in the figures of the built-in catalogue again from the public food tables in FOLDER.

    For the catalogue's editors: the columns chosen by hand stay, a new food is a line with those alone.
    """
    downloads = read_downloads(folder)
    with as_file(files("planners").joinpath("data/foods.csv")) as path:
        click.echo(f"{rebuild_file(path, downloads)} foods rebuilt in {path}")


@foods.command()
@click.argument("file", type=RequestFile(), default="-")
@click.option("--jsonl", is_flag=True, help="One day or plan a line in, one score or error a line out.")
@DATA
def score(file: IO[bytes], jsonl: bool, data: str | None) -> None:
    """Score the logged day, or the plan, in FILE (or standard input): HEI-2020, NRF9.3, mean adequacy.

    FILE holds {"member": {...}, "foods": [{"food_code": ..., "grams": ...}]}, or a nutrition plan instead of
    foods: {"member": {...}, "plan": {...}}. Imported foods count too. Exit status: 0 a score; 2 it cannot be
    scored, with the problem as JSON on standard output; 1 FILE cannot be read, or a fault.
    """
    answer = partial(_score, wide_catalog(chosen_folder(data, os.environ)))
    raise SystemExit(answer_lines(file, answer) if jsonl else answer_document(file, answer))


def _score(catalog: Catalog, text: bytes) -> dict[str, Any]:
    return score_eating(catalog, parse_json(text))

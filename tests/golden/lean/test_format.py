"""Plans that were packed once are read for good: these bytes are of format 1, their catalogue beside them."""

import base64
import json
from pathlib import Path

import pytest

from planners.lean import Catalogue, unpack
from planners.spec import Kind

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("kind", list(Kind))
def test_a_plan_of_format_1_reads_as_it_was_written(kind):
    kept = json.loads((FOLDER / f"{kind}_1.json").read_text(encoding="utf-8"))
    catalogue = Catalogue(kind=kind, **kept["catalogue"])
    body, request = unpack(base64.b64decode(kept["content"]), catalogue)
    assert (json.dumps(body), request) == (json.dumps(kept["body"]), kept["request"])

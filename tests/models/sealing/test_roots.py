"""Root keys: read from one setting, told from each other, never shown."""

import base64

import pytest

from models.errors import SettingsError
from models.sealing.roots import root_id, root_keys
from models.settings import Settings
from tests.conftest import ROOT_KEY

OTHER = base64.b64encode(b"o" * 32).decode()


def test_the_first_key_is_in_use_and_all_of_them_open() -> None:
    found = root_keys(f"{OTHER}\n{ROOT_KEY}\n")
    assert found.current == root_id(b"o" * 32)
    assert found.by_id.keys() == {root_id(b"o" * 32), root_id(base64.b64decode(ROOT_KEY))}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is needed"),
        (base64.b64encode(b"x" * 31).decode(), "key 1 is not 32 bytes"),
        (base64.b64encode(b"x" * 33).decode(), "key 1 is not 32 bytes"),
        (f"{ROOT_KEY} not-base64!", "key 2 is not 32 bytes"),
        (f"{ROOT_KEY} {ROOT_KEY}", "twice"),
    ],
)
def test_what_is_no_root_key_is_refused_and_not_shown(text: str, word: str) -> None:
    with pytest.raises(SettingsError, match=word) as refused:
        root_keys(text)
    assert not any(each in str(refused.value) for each in text.split())


def test_the_settings_refuse_it_as_well() -> None:
    with pytest.raises(SettingsError, match="key 1 is not 32 bytes"):
        Settings(root_keys="abc").validate()


def test_nothing_shows_a_key() -> None:
    assert ROOT_KEY not in repr(root_keys(ROOT_KEY))

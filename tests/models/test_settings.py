from dataclasses import fields

import pytest

from models.errors import SettingsError
from models.settings import PREFIX, Settings

BOUNDED = [f for f in fields(Settings) if f.metadata["least"] is not None]


def test_empty_environment_gives_the_defaults():
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize("declared", BOUNDED, ids=lambda f: f.name)
def test_bounds_are_inclusive_and_one_step_outside_is_refused(declared):
    kind = type(declared.default)
    step = 1 if kind is int else 1e-6
    for edge, outside in (("least", -step), ("most", step)):
        limit = declared.metadata[edge]
        variable = PREFIX + declared.name.upper()
        assert getattr(Settings.from_environment({variable: repr(kind(limit))}), declared.name) == limit
        with pytest.raises(SettingsError, match=f"{variable} must be from"):
            Settings.from_environment({variable: repr(kind(limit + outside))})


def test_wrong_type_names_the_variable_and_what_it_takes():
    with pytest.raises(SettingsError, match="REVEILLE_WORKER_THREADS must be a whole number, not 'two'"):
        Settings.from_environment({"REVEILLE_WORKER_THREADS": "two"})
    with pytest.raises(SettingsError, match="REVEILLE_OPEN_REGISTRATION must be true or false"):
        Settings.from_environment({"REVEILLE_OPEN_REGISTRATION": "maybe"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DATABASE_URL", "mysql://x/y"), ("REDIS_URL", "http://x"), ("LOG_LEVEL", "loud")],
)
def test_wrong_word_or_scheme_is_refused(variable, value):
    with pytest.raises(SettingsError, match=PREFIX + variable):
        Settings.from_environment({PREFIX + variable: value})


def test_secret_is_read_from_its_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("the key\n")
    assert Settings.from_environment({"REVEILLE_SIGNING_KEY_FILE": str(path)}).signing_key == "the key"


def test_secret_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(SettingsError, match="REVEILLE_SIGNING_KEY_FILE: .* cannot be read"):
        Settings.from_environment({"REVEILLE_SIGNING_KEY_FILE": str(tmp_path / "none")})


def test_settings_survive_the_way_through_an_environment():
    ours = Settings(worker_threads=7, open_registration=False, lease_s=3.5, redis_url="unix:///x")
    assert Settings.from_environment(ours.environment()) == ours

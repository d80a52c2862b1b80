"""Every sentence of a problem has its Spanish, and is known again whatever its values are."""

import pytest

from planners.errors import Change, FieldError, Infeasible, InvalidRequest, Stopped
from planners.problems import problem_of
from tests.web.language.harvest import harvest
from web.language.catalogue import read_catalogue
from web.language.preferred import Language, sentences_in
from web.language.problem import said_problem
from web.language.sentences import PLACE, Sentences
from web.problems import problem_types

SPANISH = sentences_in(Language.SPANISH)
PO = 'msgid ""\nmsgstr "Language: es\\n"\n\n# said\nmsgid "a {1} is "\n"here"\nmsgstr "hay {1}"\n'


def lines() -> dict[str, str]:
    whole = dict(SPANISH.whole)
    return whole | {each.english: each.translation for each in SPANISH.templates}


def test_every_sentence_of_the_source_has_its_spanish() -> None:
    known, found = lines(), harvest()
    assert len(found) > 200
    missing = {sentence: where for sentence, where in found.items() if sentence not in known}
    assert missing == {}, "add these to web/language/es.po"


def test_every_title_has_its_spanish() -> None:
    titles = {kind.title for kind in problem_types().values()}
    errors = InvalidRequest([]), Infeasible([]), Stopped("late")
    titles |= {problem_of(error)["title"] for error in errors}
    assert titles <= SPANISH.whole.keys()


@pytest.mark.parametrize("sentence", sorted(lines()))
def test_a_translation_has_the_places_of_its_sentence(sentence: str) -> None:
    said = lines()[sentence]
    assert said.strip()
    assert {n for n, _ in PLACE.findall(said)} == {n for n, _ in PLACE.findall(sentence)}
    assert said.endswith(".") == sentence.endswith(".")


@pytest.mark.parametrize("sentence", sorted(each.english for each in SPANISH.templates))
def test_a_sentence_is_known_again_with_values_in_its_places(sentence: str) -> None:
    values = {str(n): f"x{n}y" for n in range(1, 10)}
    found = SPANISH.find(PLACE.sub(lambda place: values[place[1]], sentence))
    assert found is not None
    made, read = found
    assert made.english == sentence
    assert read == {n: values[n] for n, _ in PLACE.findall(sentence)}


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("is required", "es obligatorio"),
        ("must be from 1 to 52, not 60", "debe ser de 1 a 52, no 60"),
        ("must be one of lunch, dinner, not 'x'", "debe ser uno de lunch, dinner, no 'x'"),
        ("must have from 1 to 7 entries, not 9", "debe tener de 1 a 7 entradas, no 9"),
        ("must be an object, not a list", "debe ser un objeto, no una lista"),
        ("Vitamin B12 is 12% short of its limit.", "Vitamina B12: está 12% por debajo de su límite."),
        (
            "Not enough alone, as far as the model foresees: longer sessions, more days a week.",
            "No basta por sí solo, hasta donde prevé el modelo: sesiones más largas, más días por semana.",
        ),
        (
            "the job is failed; only a failed job can be dropped",
            "el trabajo está en estado failed; solo se puede descartar un trabajo fallido",
        ),
        ("PostgreSQL does not answer; Redis is full", "PostgreSQL no responde; Redis está lleno"),
        ("there is no such thing here", "aquí no existe lo que busca"),
        (
            "weight loss is not planned below a body mass index of 18.5; please see a dietitian or another "
            "clinician",
            "no se planifica la pérdida de peso por debajo de un índice de masa corporal de 18.5; consulte a "
            "un dietista o a otro profesional de la salud",
        ),
    ],
)
def test_values_are_kept_and_phrases_are_said(english: str, spanish: str) -> None:
    assert SPANISH.said(english) == spanish


@pytest.mark.parametrize("text", ["", "x", "nobody has said this yet", "{1}", "must be", "null\nnull"])
def test_what_nobody_has_translated_stays(text: str) -> None:
    assert Sentences({"a {1} b": "c {1} d"}).said(text) == text


def test_words_for_machines_stay() -> None:
    fault = FieldError(pointer="/goal", detail="must be one of a, b, not 'c'", allowed=("a", "b"))
    change = Change(change="budget_usd_per_day", to=9.4, text="Allow 9.40 USD a day instead of 3.00.")
    for error in (InvalidRequest([fault]), Infeasible(["longer sessions"], [change])):
        english = problem_of(error)
        spanish = said_problem(english, Language.SPANISH)
        assert spanish.keys() == english.keys()
        assert (spanish["type"], spanish["status"]) == (english["type"], english["status"])
        assert spanish["title"] != english["title"]
        for name, told in (("errors", "detail"), ("any_one_of", "text")):
            for one, other in zip(english.get(name, ()), spanish.get(name, ()), strict=True):
                assert {**other, told: ""} == {**one, told: ""}
                assert other[told] != one[told]


def test_a_detail_of_many_faults_is_made_of_them() -> None:
    faults = [FieldError(pointer="/a", detail="is required"), FieldError(pointer="", detail="is required")]
    said = said_problem(problem_of(InvalidRequest(faults)), Language.SPANISH)
    assert said["detail"] == "/a: es obligatorio. la solicitud: es obligatorio."


def test_a_catalogue_is_read_as_gettext_writes_it() -> None:
    assert read_catalogue(PO) == {"a {1} is here": "hay {1}"}


@pytest.mark.parametrize("wrong", [PO + PO, "msgid 'a'\nwhat\n", '"alone"'])
def test_a_catalogue_that_is_not_understood_is_refused(wrong: str) -> None:
    with pytest.raises((ValueError, SyntaxError)):
        read_catalogue(wrong)

"""What can be done with properties, as the chat offers it."""

import pytest
import yaml

from lebailleur.settings import ROOT


@pytest.fixture
def database_url(sqlite_template, tmp_path):
    """One kind of database is enough: only the landlord's language is read."""
    (tmp_path / "lebailleur.db").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path / 'lebailleur.db'}"


def options_of_the_chat(response):
    """Titles by language, in the order of their numbers."""
    found = yaml.safe_load((ROOT / "domain.yml").read_text())["responses"][response]
    return {
        "fr" if each.get("condition") else "en": [one["title"] for one in each["buttons"]]
        for each in found
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_and_titles_are_those_of_the_chat(api, language):
    answer = api.client.get("/properties/manage/", headers={"Accept-Language": language}).json()
    menu = options_of_the_chat("utter_menu_landlord")[language]
    below = options_of_the_chat("utter_properties")[language]
    assert answer["title"] == menu[answer["number"] - 1]
    # What the chat offers after these is the way back to its menu.
    assert [each["title"] for each in answer["options"]] == below[:-1]
    assert [each["number"] for each in answer["options"]] == [1, 2]


def test_every_call_that_is_offered_is_there(api):
    answer = api.get("/properties/manage/").json()
    house = api.house()
    calls = [*answer["calls"], *(call for each in answer["options"] for call in each["calls"])]
    assert [call["method"] for call in calls] == ["GET", "POST", "GET", "POST"]
    for call in calls:
        path = call["path"].replace("<id>", str(house["id"]))
        body = {"name": "B", "address": "X", "landlord": house["landlord"]}
        adds = call == {"method": "POST", "path": "/properties/"}
        answer = api.client.request(call["method"], path, json=body if adds else None)
        assert answer.is_success, (call, answer.text)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en", "en"),
        ("fr-CM,fr;q=0.9,en;q=0.8", "fr"),
        ("fr;q=0.1, en-GB;q=0.9", "en"),
        ("de, en;q=0.5", "en"),
        ("fr;q=0, en", "en"),
        ("FR", "fr"),
        # The landlord's own, who reads English.
        (None, "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        (";q=x,,fr;q=y;;", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_landlords(api, as_landlord, header, language):
    api.made("/landlords/create/", name="B", whatsapp_number="+237677000009", language="en")
    as_landlord("+237677000009")
    headers = {} if header is None else {"Accept-Language": header}
    assert api.client.get("/properties/manage/", headers=headers).json()["language"] == language


def test_the_operator_reads_the_default_language(api):
    assert api.get("/properties/manage/").json()["language"] == "fr"

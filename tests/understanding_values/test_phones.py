"""Phone numbers as people type them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lebailleur.understanding.phones import read_phone

PHONES = {
    "+237677123456": [
        "6 77 12 34 56", "677123456", "677 12 34 56", "677-12-34-56", "+237677123456",
        "+237 6 77 12 34 56", "00237677123456", "237677123456", "0677123456",
        "237677123456@s.whatsapp.net", "237677123456@c.us", "+237 (0) 677 12 34 56",
        "677.12.34.56", "(677) 123-456", "tel: 677123456", "son numéro c'est le 677 12 34 56",
        "677\u00a012\u00a034\u00a056", "\u202a+237 677 12 34 56\u202c", "６７７１２３４５６",
        "whatsapp 677123456 svp", "+237-677-123-456", "00 237 677 12 34 56", "677123456, 677123456",
        "06 77 12 34 56",
    ],
    "+237699001122": ["+237699001122", "699001122", "699 00 11 22"],
    "+237222123456": ["222123456", "222 12 34 56"],
    "+237243123456": ["243123456"],
    "+33612345678": ["+33 6 12 34 56 78", "0033612345678"],
    "+2348031234567": ["+234 803 123 4567"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"), [(text, number) for number, texts in PHONES.items() for text in texts]
)
def test_phones(text, number):
    assert read_phone(text).value == number


@pytest.mark.parametrize(
    ("text", "reason", "candidates"),
    [
        ("77123456", "old_phone", ("+237677123456",)),
        ("99001122", "old_phone", ("+237699001122",)),
        ("+23777123456", "old_phone", ("+237677123456",)),
        ("77 12 34 56", "old_phone", ("+237677123456",)),
        ("22123456", "old_phone", ("+237222123456",)),
        ("611223344", "invalid_phone", ()),
        ("601223344", "invalid_phone", ()),
        ("123456789", "invalid_phone", ()),
        ("677123", "too_short_phone", ()),
        ("67712345678", "too_long_phone", ()),
        ("+9991234567", "invalid_phone", ()),
        ("677123456 ou 699001122", "several_phones", ("+237677123456", "+237699001122")),
        ("50 000", "not_a_phone", ()),
        ("room 4", "not_a_phone", ()),
        ("", "not_a_phone", ()),
        ("Paul", "not_a_phone", ()),
        ("MYLANDLORD", "not_a_phone", ()),
        ("0" * 70_000, "invalid_phone", ()),
    ],
)
def test_what_must_be_asked_or_refused(text, reason, candidates):
    reading = read_phone(text)
    assert (reading.value, reading.reason, reading.candidates) == (None, reason, candidates)


def test_another_region():
    assert read_phone("0803 123 4567", region="NG").value == "+2348031234567"
    assert read_phone("06 12 34 56 78", region="FR").value == "+33612345678"


FORMS = st.sampled_from(list(vars(phonenumbers.PhoneNumberFormat).items())).filter(
    lambda item: item[0] in ("E164", "INTERNATIONAL", "NATIONAL")
)


@given(st.integers(650_000_000, 699_999_999), FORMS)
def test_every_mobile_is_read_back(national, form):
    number = phonenumbers.PhoneNumber(country_code=237, national_number=national)
    if phonenumbers.is_valid_number(number):
        typed = phonenumbers.format_number(number, form[1])
        assert read_phone(typed).value == f"+237{national}"


@given(st.text(alphabet="0123456789+ -().a", max_size=40))
def test_no_text_makes_it_fail(text):
    reading = read_phone(text)
    assert (reading.value is None) == (reading.reason is not None)

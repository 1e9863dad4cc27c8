"""Bodies that are too large, no JSON, or no letters: refused whole, with a reason."""

import json
import socket
import time
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest

from lebailleur.database import make_engine
from lebailleur.whatsapp import webhook
from tests.api.conftest import TOKEN
from tests.api.serving import served
from tests.api.test_bad_input import refused

MB = 1024 * 1024
LANDLORD = {"name": "Pa Ngu", "whatsapp_number": "+237677000001"}


@pytest.fixture(scope="module")
def client(sqlite_template, tmp_path_factory):
    """One app for all of it, on one kind of database: little gets as far as that."""
    path = tmp_path_factory.mktemp("bodies") / "lebailleur.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    with (
        served(engine) as url,
        httpx.Client(
            base_url=url,
            timeout=30,
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        ) as found,
    ):
        yield found
    engine.dispose()


@pytest.fixture
def phones():
    """Numbers that nobody has yet."""
    return (f"+2376770{next(_numbers):05}" for _ in count())


@pytest.fixture
def nothing_written(client):
    """At the end there are as many landlords as there were."""
    before = client.get("/landlords/").json()["count"]
    yield
    assert client.get("/landlords/").json()["count"] == before


_numbers = count(10)


def in_parts(size):
    """A landlord with blanks around them, without a length said beforehand."""
    body = json.dumps(LANDLORD).encode()
    yield body[:1]
    blanks = size - len(body)
    for start in range(0, blanks, 65536):
        yield b" " * min(65536, blanks - start)
    yield body[1:]


def test_over_a_megabyte_is_refused_whether_its_length_was_said_or_not(client, nothing_written):
    for content in (b"".join(in_parts(MB + 1)), in_parts(MB + 1), in_parts(40 * MB)):
        answer = client.post("/landlords/create/", content=content)
        refused(answer, 413, "too large", str(MB))
    # Also where nobody would look at it.
    refused(client.request("GET", "/landlords/", content=b" " * (MB + 1)), 413)
    refused(client.post("/nothing/", content=b" " * (MB + 1)), 413)


def test_a_megabyte_is_read(client):
    assert client.post("/landlords/create/", content=in_parts(MB)).status_code in (201, 409)


def test_the_webhook_reads_more_for_meta_sends_more(client):
    most = webhook.LARGEST_BODY
    for path in ("/webhook/", "/api/webhook/"):
        assert client.post(path, content=in_parts(most)).status_code == 401
        refused(client.post(path, content=in_parts(most + 1)), 413)


def test_a_length_that_is_no_number_is_refused(client):
    for length in ("-1", "x", "1e3", "9" * 400):
        assert raw(client, f"Content-Length: {length}\r\n", b"{}") in (400, 413)


def raw(client, headers, body):
    url = urlsplit(str(client.base_url))
    with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
        head = f"POST /landlords/create/ HTTP/1.1\r\nHost: x\r\n{headers}\r\n"
        connection.sendall(head.encode() + body)
        return int(connection.recv(4096).split()[1])


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b'{"name": NaN}', 400, ["NaN"]),
        (b'{"name": -Infinity}', 400, ["Infinity"]),
        (b'{"name": "A", "name": "B"}', 400, ["twice"]),
        (b'{"name": {"a": 1, "a": 1}}', 400, ["twice"]),
        (b"[" * 10_000 + b"]" * 10_000, 400, ["nested"]),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, ["nested"]),
        (b'{"name": "\xe9"}', 400, ["UTF-8"]),
        (b'{"name": "\xed\xa0\x80"}', 400, ["UTF-8"]),
        ('{"name": "A"}'.encode("utf-16"), 400, ["UTF-8"]),
        (b'{"\\ud800": 1}', 400, ["half"]),
        (b'{"a": ' + b"9" * 5000 + b"}", 400, ["too long"]),
        (b"{'name': 'A'}", 400, ["line 1", "column 2"]),
        (b'{"name": "A"} x', 400, ["JSON"]),
        (b'{"name": "A\nB"}', 400, ["JSON"]),
        (b'{"name": "\\ud800"}', 422, ["name holds half a character"]),
        (b'{"name": "\\udc00\\ud800"}', 422, ["name holds half a character"]),
        (b'{"' + b"x" * 100_000 + b'": 1}', 422, ["is not a field"]),
        (b"\x1f\x8b\x08\x00", 400, ["UTF-8"]),
        (b"", 422, ["the body is required"]),
    ],
)
def test_what_is_no_proper_json_is_refused_with_the_reason(
    client, nothing_written, body, status, words
):
    answer = client.post("/landlords/create/", content=body)
    refused(answer, status, *words)
    assert len(answer.text) < 1000


def test_a_mark_at_the_beginning_that_windows_programs_write_is_passed_over(client, phones):
    body = b"\xef\xbb\xbf" + json.dumps(LANDLORD | {"whatsapp_number": next(phones)}).encode()
    assert client.post("/landlords/create/", content=body).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "application/jsonx", "json"]
)
def test_another_content_type_is_refused(client, nothing_written, kind):
    answer = client.post(
        "/landlords/create/", content=json.dumps(LANDLORD), headers={"Content-Type": kind}
    )
    refused(answer, 422, "application/json")


SHOWN = {
    "emoji": "Villa 🏡",
    "a family, joined": "👨\u200d👩\u200d👧\u200d👦 & Co",
    "a flag": "🇨🇲 Douala",
    "with a colour of skin": "👍🏾 Paul",
    "Arabic": "محمد بن علي",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Hebrew beside Latin": "דירה 3 Villa",
    "Hindi with a joiner": "क्\u200dष",
    "decomposed": "Ne\u0301lie",
    "many marks": "Z\u0351\u036b\u0343a\u0321l\u0358go",
    "a variant of a sign": "葛\U000e0100城",
    "outside the first plane": "𠮷野家",
    "newer than this Python": "\U0001fae9 \U0001fac6",
    "quotes and tags": '<b>"O\'Neil" & {0} %s \\n</b>',
    "300 letters": "é" * 300,
    "300 emoji": "🏡" * 300,
}


@pytest.mark.parametrize("name", SHOWN.values(), ids=SHOWN.keys())
def test_a_name_is_kept_exactly_and_stands_on_the_papers(client, phones, name):
    landlord = made(client, "/landlords/create/", {"name": name, "whatsapp_number": next(phones)})
    house = made(
        client, "/properties/", {"name": name, "address": name, "landlord": landlord["id"]}
    )
    room = made(
        client, "/rent-entities/", {"name": name, "rent_amount": 50_000, "property": house["id"]}
    )
    tenant = made(
        client,
        "/tenants/",
        {
            "name": name,
            "whatsapp_number": next(phones),
            "rent_entity": room["id"],
            "start_of_payment_cycle": "2026-01-01",
        },
    )
    shown = client.get(f"/tenants/{tenant['id']}/").json()
    for each in ("name", "rent_entity_name", "property_name", "landlord_name"):
        assert shown[each] == name
    payment = made(client, "/payments/confirm/", {"tenant": tenant["id"], "amount": 50_000})
    for path in (
        f"/receipts/{payment['receipt_number']}.pdf",
        f"/tenants/{tenant['id']}/statement.pdf",
    ):
        assert client.get(path).content.startswith(b"%PDF")


HIDDEN = {
    "NUL": "a\x00b",
    "a bell": "a\x07b",
    "a C1 control": "a\x85b",
    "right to left override": "Paul \u202e0005 XAF",
    "right to left mark": "Paul\u200f",
    "a zero-width space": "Pa\u200bul",
    "only joiners": "\u200d\u200c",
    "a mark for byte order": "\ufeffPaul",
    "a line separator": "a\u2028b",
    "no character": "a\uffffb",
    "hidden letters": "a\U000e0041b",
    "301 letters": "é" * 301,
    "301 emoji": "🏡" * 301,
}


@pytest.mark.parametrize("name", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_name_that_cannot_be_shown_or_is_too_long_is_refused(client, nothing_written, name):
    answer = client.post("/landlords/create/", json=LANDLORD | {"name": name})
    refused(answer, 422, "name")


def made(client, path, body):
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        f"Bearer  {TOKEN} {TOKEN}",
        f"bearer:{TOKEN}",
        f"Token {TOKEN}",
        f"Basic {TOKEN}",
        f'Bearer "{TOKEN}"',
        f"Bearer {TOKEN},",
        "Bearer \xa0",
        "Bearer é",
        "Bearer " + "x" * 50_000,
    ],
)
def test_what_is_no_token_is_401(client, header):
    answer = client.get("/landlords/", headers={"Authorization": header.encode("latin-1")})
    if len(header) < 10_000 or answer.status_code != 400:  # the server reads no longer headers
        refused(answer, 401, "token")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("page=1&unknown=x", 200),
        ("page=1&page=1", 200),
        ("page=1.0", 422),
        ("page=1e0", 422),
        ("page=1_0", 422),
        ("page=%201", 422),
        ("page=+1", 422),
        ("page=%D9%A1", 422),
        ("page=", 422),
        ("page=null", 422),
        ("page=%00", 422),
        ("page=%ff", 422),
        ("page_size=1000001", 422),
        ("page_size=500", 200),
        ("tenant=0", 422),
        ("tenant=2147483648", 422),
        ("tenant=999999", 404),
        ("since=2026-02-30", 422),
        ("since=yesterday", 422),
        ("since=%D9%A2026-01-01", 422),
        ("since=2026-01-01T00:00", 422),
    ],
)
def test_what_an_address_asks_is_read_strictly_and_what_is_unknown_passed_over(
    client, query, status
):
    answer = client.get(f"/payments/?{query}")
    if status == 200:
        assert answer.status_code == 200, answer.text
    else:
        refused(answer, status, query.partition("=")[0])


def test_the_app_goes_on_after_callers_who_hang_up(client, nothing_written):
    url = urlsplit(str(client.base_url))
    for _ in range(5):
        with socket.create_connection((url.hostname, url.port), timeout=10) as connection:
            connection.sendall(
                b"POST /landlords/create/ HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
            )
    time.sleep(0.2)

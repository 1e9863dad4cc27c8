"""With ENCRYPTION_KEY set the whole product works, and its files hold nothing of what was said."""

from pathlib import Path

from cryptography.fernet import Fernet

from lebailleur.database import writing
from tests.conversations import houses
from tests.stack import running


def test_a_payment_with_a_key(tmp_path: Path) -> None:
    key = Fernet.generate_key().decode()
    with running(tmp_path, ENCRYPTION_KEY=key) as stack:
        with houses.at(stack.now()), writing(stack.engine) as session:
            house = houses.villa_rose(session, "en")
        phone = stack.phone(house.phones["landlord"])
        assert "Shall I note this?" in phone.says("Paul paid 50k in zorkmids").text
        assert phone.says("1").documents
        files = [*tmp_path.glob("lebailleur.db*"), *tmp_path.glob("tracker.db*")]
        kept = b"".join(each.read_bytes() for each in files)
        with stack.engine.connect() as connection:
            tables = ["inbox", "outbox", "conversation", "understanding_doubt"]
            rows = [
                str(row)
                for table in tables
                for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
            ]
    assert len(files) >= 2
    assert "sealed:" in "".join(rows)
    assert "zorkmids" not in "".join(rows)
    tracker = b"".join(each.read_bytes() for each in tmp_path.glob("tracker.db*"))
    assert b"sealed:" in tracker
    assert b"zorkmids" not in tracker
    assert key.encode() not in kept
    assert key not in stack.log.read_text()

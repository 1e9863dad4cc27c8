"""`python -m benchmarks.cost`: how many messages WhatsApp bills a task, on the running product."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from lebailleur.database import writing
from tests.conversations import houses
from tests.stack import Phone, running

TASKS: dict[str, tuple[str, ...]] = {
    "record a payment, in words": ("Paul paid 50k by momo", "1"),
    "record a payment, in digits": ("menu", "9", "1", "50000", "1"),
    "who owes": ("who has not paid?",),
    "register a tenant, in one sentence": (
        "new tenant Odile Mvondo in Room 5, 699112233, since 1 March, 45k",
        "1",  # bills fall due with the rent
        "1",  # nothing was paid yet
        "1",  # yes
    ),
}


def main() -> None:
    """Print what each task costs the landlord's side and the tenants'."""
    print("Billed messages a task: to the landlord, to tenants")
    with tempfile.TemporaryDirectory() as name, running(Path(name)) as stack:
        for task, words in TASKS.items():
            with houses.at(stack.now()), writing(stack.engine) as session:
                house = houses.villa_rose(session, "en")
            landlord = stack.phone(house.phones["landlord"])
            for said in words:
                landlord.says(said)
            stack.settle()
            others = [
                stack.phone(number)
                for who, number in house.phones.items()
                if who not in ("landlord", "support")
            ] + [stack.phone("+237699112233")]
            print(f"  {task:<40}{billed([landlord]):>4}{billed(others):>4}")


def billed(phones: Sequence[Phone]) -> int:
    """How many messages of ours reached these phones."""
    return sum(not each["mine"] for phone in phones for each in phone.chat())


if __name__ == "__main__":
    main()

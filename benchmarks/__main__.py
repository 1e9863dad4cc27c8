"""`make bench`: runs every benchmark of this folder and prints its figures.

Machines are noisy, so what counts are the ratios within one run, not the milliseconds.
"""

from benchmarks import cost, reminders, rentals, understanding, webhook


def main() -> None:
    """Run them all."""
    rentals.main()
    print()
    webhook.main()
    print()
    cost.main()
    print()
    reminders.main()
    print()
    understanding.main()


if __name__ == "__main__":
    main()

"""the ledger: nothing overwritten, bills, deposits, plans, rents that change

What follows from rows that exist (what is open, what is unused, which cycle comes next) is
worked out here once.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _landlord()
    _lease()
    _charge()
    _payment()
    _new_tables()
    _receipt()


def _landlord() -> None:
    with op.batch_alter_table("landlord") as table:
        table.add_column(sa.Column("late_fee_kind", sa.String(8)))
        table.add_column(sa.Column("late_fee", sa.Numeric(12, 2)))
        table.add_column(sa.Column("late_fee_after", sa.Integer()))
        table.add_column(sa.Column("late_fee_since", sa.Date()))


def _lease() -> None:
    with op.batch_alter_table("lease") as table:
        table.add_column(sa.Column("landlord_id", sa.Integer()))
        table.add_column(sa.Column("end_by_days", sa.Boolean(), server_default=sa.false()))
        table.add_column(sa.Column("in_arrears", sa.Boolean(), server_default=sa.false()))
        table.add_column(sa.Column("scheduled_from", sa.Date()))
        table.add_column(sa.Column("anchor_on", sa.Date()))
        table.add_column(sa.Column("next_index", sa.Integer(), server_default="0"))
        table.add_column(sa.Column("next_due_on", sa.Date()))
        table.add_column(sa.Column("moved_from_id", sa.Integer()))
    op.execute(
        "UPDATE lease SET scheduled_from = start_on, anchor_on = start_on,"
        " landlord_id = (SELECT landlord_id FROM tenant WHERE tenant.id = lease.tenant_id)"
    )
    _cycles()
    with op.batch_alter_table("lease") as table:
        for name in ("landlord_id", "end_by_days", "in_arrears", "scheduled_from", "anchor_on"):
            table.alter_column(name, nullable=False)
        table.alter_column("next_index", nullable=False, server_default=None)
        table.create_foreign_key(op.f("fk_lease_landlord_id"), "landlord", ["landlord_id"], ["id"])
        table.create_foreign_key(op.f("fk_lease_moved_from_id"), "lease", ["moved_from_id"], ["id"])
        table.create_index("ix_lease_to_charge", ["landlord_id", "next_due_on"])


def _cycles() -> None:
    """Charges have been made without a gap: so their number says which cycle comes next."""
    from lebailleur.rentals.cycles import Schedule

    lease = sa.table(
        "lease",
        sa.column("id", sa.Integer),
        sa.column("start_on", sa.Date),
        sa.column("charged_from", sa.Date),
        sa.column("cycle_months", sa.Integer),
        sa.column("next_index", sa.Integer),
        sa.column("next_due_on", sa.Date),
    )
    charge = sa.table("charge", sa.column("lease_id", sa.Integer), sa.column("kind", sa.String))
    connection = op.get_bind()
    made = {
        row[0]: row[1]
        for row in connection.execute(
            sa.select(charge.c.lease_id, sa.func.count())
            .where(charge.c.kind == "rent")
            .group_by(charge.c.lease_id)
        )
    }
    for row in connection.execute(sa.select(lease)).all():
        schedule = Schedule(row.start_on, row.cycle_months, row.start_on)
        index = schedule.index_of(row.charged_from) + made.get(row.id, 0)
        connection.execute(
            sa.update(lease)
            .where(lease.c.id == row.id)
            .values(next_index=index, next_due_on=schedule.cycle(index).start)
        )


def _charge() -> None:
    with op.batch_alter_table("charge") as table:
        table.add_column(sa.Column("landlord_id", sa.Integer()))
        table.add_column(sa.Column("open", sa.BigInteger()))
        table.add_column(sa.Column("note", sa.String(300)))
        table.add_column(sa.Column("of_charge_id", sa.Integer()))
        table.add_column(sa.Column("key", sa.String(200)))
        table.add_column(sa.Column("recorded_by", sa.String(64)))
        table.add_column(sa.Column("voided_on", sa.Date()))
        table.alter_column("amount", type_=sa.BigInteger())
        table.drop_index("ix_charge_due_on")
    op.execute(
        "UPDATE charge SET landlord_id ="
        " (SELECT landlord_id FROM lease WHERE lease.id = charge.lease_id), open = amount -"
        " COALESCE((SELECT SUM(a.amount) FROM allocation a WHERE a.charge_id = charge.id), 0)"
    )
    with op.batch_alter_table("charge") as table:
        table.alter_column("landlord_id", nullable=False)
        table.alter_column("open", nullable=False)
        table.create_foreign_key(op.f("fk_charge_landlord_id"), "landlord", ["landlord_id"], ["id"])
        table.create_foreign_key(op.f("fk_charge_of_charge_id"), "charge", ["of_charge_id"], ["id"])
        table.create_unique_constraint(op.f("uq_charge_lease_id_key"), ["lease_id", "key"])
        table.create_check_constraint(op.f("ck_charge_open_sensible"), "open BETWEEN 0 AND amount")
        table.create_index("ix_charge_of_charge_id", ["of_charge_id"])
        table.create_index("ix_charge_due", ["landlord_id", "due_on"])
        for name, column in (("landlord", "landlord_id"), ("lease", "lease_id")):
            table.create_index(
                f"ix_charge_open_of_{name}",
                [column],
                sqlite_where=sa.text("open > 0"),
                postgresql_where=sa.text("open > 0"),
            )
    with op.batch_alter_table("allocation") as table:
        table.add_column(sa.Column("released_on", sa.Date()))
        table.alter_column("amount", type_=sa.BigInteger())


def _payment() -> None:
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("unused", sa.BigInteger()))
        table.add_column(sa.Column("withheld", sa.BigInteger(), server_default="0"))
        table.add_column(sa.Column("asked", sa.JSON()))
        table.add_column(sa.Column("source", sa.String(200)))
        table.add_column(sa.Column("corrects_id", sa.Integer()))
        table.alter_column("amount", type_=sa.BigInteger())
    op.execute(
        "UPDATE payment SET unused = amount -"
        " COALESCE((SELECT SUM(a.amount) FROM allocation a WHERE a.payment_id = payment.id), 0)"
    )
    with op.batch_alter_table("payment") as table:
        table.alter_column("unused", nullable=False)
        table.alter_column("withheld", nullable=False)
        table.create_foreign_key(op.f("fk_payment_corrects_id"), "payment", ["corrects_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_payment_unused_sensible"), "unused BETWEEN 0 AND amount"
        )
        table.create_check_constraint(
            op.f("ck_payment_withheld_sensible"), "withheld >= 0 AND withheld < amount"
        )
        table.create_index("ix_payment_paid_on", ["landlord_id", "paid_on"])
        table.create_index(
            "ix_payment_unused",
            ["landlord_id"],
            sqlite_where=sa.text("unused > 0"),
            postgresql_where=sa.text("unused > 0"),
        )


def _new_tables() -> None:
    op.create_table(
        "rent_term",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("lease_id", sa.Integer(), sa.ForeignKey("lease.id"), nullable=False, index=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("rent", sa.Integer(), nullable=False),
        sa.Column("by_days", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("rent > 0", name=op.f("ck_rent_term_rent_positive")),
    )
    op.create_table(
        "payout",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "payment_id", sa.Integer(), sa.ForeignKey("payment.id"), nullable=False, index=True
        ),
        sa.Column("into_payment_id", sa.Integer(), sa.ForeignKey("payment.id")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("voided_on", sa.Date()),
        sa.UniqueConstraint("payment_id", "key", name=op.f("uq_payout_payment_id")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payout_amount_positive")),
    )
    op.create_table(
        "transfer",
        sa.Column("operator", sa.String(16), primary_key=True),
        sa.Column("reference", sa.String(64), primary_key=True),
        sa.Column(
            "payment_id", sa.Integer(), sa.ForeignKey("payment.id"), nullable=False, index=True
        ),
    )
    op.create_table(
        "reversal",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "landlord_id", sa.Integer(), sa.ForeignKey("landlord.id"), nullable=False, index=True
        ),
        sa.Column("payment_id", sa.Integer(), sa.ForeignKey("payment.id"), unique=True),
        sa.Column("charge_id", sa.Integer(), sa.ForeignKey("charge.id"), unique=True),
        sa.Column("replaced_by_id", sa.Integer(), sa.ForeignKey("payment.id")),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(300)),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(payment_id IS NULL) <> (charge_id IS NULL)", name=op.f("ck_reversal_of_one_thing")
        ),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("lease_id", sa.Integer(), sa.ForeignKey("lease.id"), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("words", sa.String(1000)),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("lease_id", "key", name=op.f("uq_plan_lease_id")),
    )
    op.create_table(
        "plan_part",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("plan_id", sa.Integer(), sa.ForeignKey("plan.id"), nullable=False, index=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger()),
        sa.CheckConstraint("amount > 0", name=op.f("ck_plan_part_amount_positive")),
    )


def _receipt() -> None:
    with op.batch_alter_table("receipt") as table:
        table.add_column(sa.Column("charge_id", sa.Integer()))
        table.add_column(sa.Column("lease_id", sa.Integer()))
        table.add_column(sa.Column("voided_on", sa.Date()))
        table.alter_column("payment_id", nullable=True)
    op.execute(
        "UPDATE receipt SET lease_id ="
        " (SELECT lease_id FROM payment WHERE payment.id = receipt.payment_id)"
    )
    with op.batch_alter_table("receipt") as table:
        table.alter_column("lease_id", nullable=False)
        table.create_foreign_key(op.f("fk_receipt_charge_id"), "charge", ["charge_id"], ["id"])
        table.create_foreign_key(op.f("fk_receipt_lease_id"), "lease", ["lease_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_receipt_of_one_thing"), "(payment_id IS NULL) <> (charge_id IS NULL)"
        )
        table.create_index("ix_receipt_charge_id", ["charge_id"])
        table.create_index("ix_receipt_lease_id", ["lease_id"])

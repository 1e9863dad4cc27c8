"""faults that tenants report, and reminders that a landlord pauses for a tenant

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("landlord_id", sa.Integer(), sa.ForeignKey("landlord.id"), nullable=False),
        sa.Column("lease_id", sa.Integer(), sa.ForeignKey("lease.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("reported_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("landlord_id", "number", name=op.f("uq_issue_landlord_id")),
        sa.UniqueConstraint("lease_id", "key", name=op.f("uq_issue_lease_id")),
    )
    op.create_index("ix_issue_state", "issue", ["landlord_id", "state"])
    with op.batch_alter_table("tenant") as table:
        table.add_column(
            sa.Column("reminders_paused", sa.Boolean(), nullable=False, server_default=sa.false())
        )

"""tenants' claims, and requests to customer support

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("lease_id", sa.Integer(), sa.ForeignKey("lease.id"), nullable=False, index=True),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("words", sa.String(1000)),
        sa.Column("ask", sa.JSON(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("shown", sa.JSON()),
        sa.Column("claimed_by", sa.String(64), nullable=False),
        sa.Column("replaces_id", sa.Integer(), sa.ForeignKey("claim.id")),
        sa.Column("payment_id", sa.Integer(), sa.ForeignKey("payment.id")),
        sa.Column("decided_by", sa.String(64)),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("lease_id", "key", name=op.f("uq_claim_lease_id")),
    )
    op.create_table(
        "support_request",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "person_id", sa.String(32), sa.ForeignKey("person.id"), nullable=False, index=True
        ),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("words", sa.String(1000), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, index=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
    )

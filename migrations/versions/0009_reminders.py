"""what a landlord has reminded of and when; whom a conversation spares for some days

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("remind_before", sa.Integer(), server_default="3", nullable=False),
        sa.Column("remind_after", sa.String(40), server_default="3,7,14", nullable=False),
        sa.Column("digest", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("reminders_paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
    ):
        op.add_column("landlord", column)
    op.add_column("tenant", sa.Column("spared_until", sa.Date(), nullable=True))

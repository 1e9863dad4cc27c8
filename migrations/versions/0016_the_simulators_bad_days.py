"""which calls a fault of the simulator meets; which messages reached somebody outside the window

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "sim_fault", sa.Column("calls", sa.String(20), server_default="messages", nullable=False)
    )
    op.add_column(
        "sim_message",
        sa.Column("in_window", sa.Boolean(), server_default=sa.true(), nullable=False),
    )

"""that nothing can be sent is known to every process

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standstill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
    )

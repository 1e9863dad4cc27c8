"""what was not understood for sure, and what was meant

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "understanding_doubt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("offered", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.String(64)),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("chosen_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_understanding_doubt")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_understanding_doubt_person_id_person")
        ),
        sa.UniqueConstraint("key", name=op.f("uq_understanding_doubt_key")),
    )
    op.create_index(op.f("ix_understanding_doubt_person_id"), "understanding_doubt", ["person_id"])

"""files that people send: voice notes, pictures, documents

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("media_id", sa.String(100), nullable=False),
        sa.Column("mime", sa.String(100), nullable=False),
        sa.Column("filename", sa.String(240), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("about", sa.String(40), nullable=True),
        sa.Column("to_person_id", sa.String(32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(300), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("key", name=op.f("uq_attachment_key")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attachment_person_id_person")
        ),
    )
    op.create_index("ix_attachment_waiting", "attachment", ["state", "person_id", "id"])
    op.add_column("conversation", sa.Column("fetching_until", UtcDateTime(), nullable=True))

"""the head of the line of what waits, found without looking at the whole of it

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_index(
        "ix_inbox_line", "inbox", ["kind", "id"], postgresql_where=WAITING, sqlite_where=WAITING
    )

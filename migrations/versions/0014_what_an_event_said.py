"""what was said of an event, found without looking at all that was ever said

Revision: 0014
Follows: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])

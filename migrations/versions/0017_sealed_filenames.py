"""names of files that people send are sealed, and a sealed name is longer

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment") as attachment:
        attachment.alter_column("filename", existing_type=sa.String(240), type_=sa.String())

"""numbers from which has been paid for a tenant

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

from lebailleur.orm import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payer",
        sa.Column("tenant_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(9), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "number", name=op.f("pk_payer")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.id"], name=op.f("fk_payer_tenant_id_tenant")
        ),
    )

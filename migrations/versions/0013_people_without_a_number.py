"""landlords whom WhatsApp names by a user id alone; phones of such people in the simulator

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("landlord") as landlord:
        landlord.alter_column("phone", existing_type=sa.String(20), nullable=True)
    # What stood there in place of a number was none.
    op.execute("UPDATE landlord SET phone = NULL WHERE phone = person_id OR phone LIKE 'erased:%'")
    with op.batch_alter_table("sim_phone") as phone:
        phone.add_column(sa.Column("username", sa.String(60), nullable=True))

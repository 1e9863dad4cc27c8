"""Keys with which other programs act for a landlord."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lebailleur.orm import Base, UtcDateTime
from lebailleur.rentals.models.portfolio import Landlord


class ApiToken(Base):
    """A landlord's key to the REST API. The key itself is nowhere: only its `digest` (SHA-256, hex)
    is kept, and its last characters (`ending`), by which its owner knows it. Both are missing as
    long as it has not been shown."""

    __tablename__ = "api_token"
    id: Mapped[int] = mapped_column(primary_key=True)
    landlord_id: Mapped[int] = mapped_column(ForeignKey("landlord.id"), index=True)
    digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    ending: Mapped[str | None] = mapped_column(String(8))
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    landlord: Mapped[Landlord] = relationship(lazy="joined")

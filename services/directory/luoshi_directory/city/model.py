"""城市: the table."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from luoshi_directory.record import DirectoryRecord


class City(DirectoryRecord):
    """城市: the one row about the city itself; `digest` is the SHA-256 of the folder that was loaded last."""

    __tablename__ = "city"
    entity = "cities"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    demo: Mapped[bool] = mapped_column()
    notice: Mapped[str] = mapped_column()
    digest: Mapped[str] = mapped_column()
    findings: Mapped[int] = mapped_column()
    loaded_at: Mapped[datetime] = mapped_column()

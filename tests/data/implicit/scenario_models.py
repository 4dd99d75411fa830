"""The class of the rows about types, enums and renamed tables."""
import enum

from sqlalchemy import Column, Enum, Integer, Text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Mood(enum.Enum):
    sad = "sad"
    happy = "happy"


class T(Base):
    __tablename__ = "T5"
    id = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False)
    n = Column(Integer, nullable=False)
    e = Column(Enum(Mood, name="mood"), nullable=False)

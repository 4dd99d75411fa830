"""Models whose column `plan` becomes NOT NULL."""

import datetime

from sqlalchemy import Column, ForeignKey, Integer, String, Table, func, text
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)


class Orm(Base):
    __tablename__ = "orm_defaults"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, default="free")


class Called(Base):
    __tablename__ = "called_defaults"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, default=lambda: "free")


class NoneDefault(Base):
    __tablename__ = "none_defaults"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, default=None)


class SqlDefault(Base):
    __tablename__ = "sql_defaults"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, default=func.lower("FREE"))


class Updated(Base):
    __tablename__ = "updated"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, onupdate="free")


class Server(Base):
    __tablename__ = "server_defaults"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String, server_default="free")


class Given(Base):
    __tablename__ = "given"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    def __init__(self, **kwargs):
        kwargs.setdefault("plan", "free")
        super().__init__(**kwargs)


class Made(Base):
    __tablename__ = "made"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    def __init__(self, name, plan="free"):
        self.name = name
        self.plan = plan


class Halfmade(Base):
    __tablename__ = "halfmade"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    def __init__(self, name, plan=None):
        self.name = name
        self.plan = plan


class Parent(Base):
    __tablename__ = "parents"
    id = Column(Integer, primary_key=True)
    children = relationship("Child", back_populates="parent")


class Child(Base):
    __tablename__ = "children"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)
    parent_id = Column(ForeignKey("parents.id"))
    parent = relationship("Parent", back_populates="children")


class Kid(Base):
    __tablename__ = "kids"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(ForeignKey("parents.id"))
    owner = relationship("Parent", backref="kids")


class Secret(Base):
    __tablename__ = "secrets"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    @property
    def word(self):
        return self.plan

    @word.setter
    def word(self, value):
        self.plan = value + "!"

    def choose(self, plan):
        self.plan = plan


class Kept(Base):
    __tablename__ = "kept"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    def __init__(self, **kwargs):
        for key, value in kwargs.items():
            setattr(self, key, value)


class Below(Base):
    __tablename__ = "below"
    id = Column(Integer, primary_key=True)
    name = Column(String)
    plan = Column(String)

    def __init__(self, name, **kwargs):
        super().__init__(name=name, plan="x", **kwargs)


def fill(user):
    user.plan = "x"


def maybe(user, plan=None):
    user.name = plan


notes = Table(
    "notes", Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("plan", String),
)

memos = Table(
    "memos", Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("plan", String, default="free"),
)

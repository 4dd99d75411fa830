"""The models that the SQLModel rows use."""
from typing import Optional

from sqlmodel import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    __tablename__ = "users"
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    n: Optional[int] = None
    legacy: Optional[str] = None
    posts: list["Post"] = Relationship(back_populates="user")


class Post(SQLModel, table=True):
    __tablename__ = "posts"
    id: Optional[int] = Field(default=None, primary_key=True)
    title: str
    user_id: Optional[int] = Field(default=None, foreign_key="users.id")
    user: Optional[User] = Relationship(back_populates="posts")


class KDef(SQLModel, table=True):
    __tablename__ = "kdef"
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    legacy: str = Field(default="x")


class KFac(SQLModel, table=True):
    __tablename__ = "kfac"
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    legacy: str = Field(default_factory=lambda: "x")


class KSrv(SQLModel, table=True):
    __tablename__ = "ksrv"
    id: Optional[int] = Field(default=None, primary_key=True)
    name: str
    legacy: Optional[str] = Field(default=None, sa_column_kwargs={"server_default": "x"})

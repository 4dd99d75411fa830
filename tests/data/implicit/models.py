"""The models that the SQLAlchemy rows use. The column in question is `legacy` (or the foreign key `legacy_fk`).

A row runs with everything below imported, `s` being an open Session, and `dinsert` the dialect's `insert`.
"""
from sqlalchemy import *
from sqlalchemy import orm
from sqlalchemy.orm import *
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_property

Base = orm.declarative_base()
m2m = Table("user_group", Base.metadata, Column("user_id", ForeignKey("users.id")), Column("group_id", ForeignKey("groups.id")))
class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True); name = Column(String, unique=True, nullable=False); n = Column(Integer); legacy = Column(String)
    posts = relationship("Post", back_populates="user")
    old_name = synonym("legacy")
    @hybrid_property
    def shout(self): return self.legacy
class Post(Base):
    __tablename__ = "posts"
    id = Column(Integer, primary_key=True); title = Column(String); user_id = Column(ForeignKey("users.id"))
    user = relationship("User", back_populates="posts"); user_name = association_proxy("user", "name")
class Eager(Base):
    __tablename__ = "eager"
    id = Column(Integer, primary_key=True); user_id = Column(ForeignKey("users.id")); user = relationship("User", lazy="joined")
class EagerS(Base):
    __tablename__ = "eager_s"
    id = Column(Integer, primary_key=True); user_id = Column(ForeignKey("users.id")); user = relationship("User", lazy="selectin")
class Group(Base):
    __tablename__ = "groups"
    id = Column(Integer, primary_key=True); users = relationship("User", secondary=m2m); users_dyn = relationship("User", secondary=m2m, lazy="dynamic", viewonly=True)
class Owner(Base):
    __tablename__ = "owners"
    id = Column(Integer, primary_key=True); name = Column(String); children = relationship("Child", back_populates="owner")
class Child(Base):
    __tablename__ = "children"
    id = Column(Integer, primary_key=True); title = Column(String); legacy_fk = Column(ForeignKey("owners.id")); owner = relationship("Owner", back_populates="children")
class Box(Base):
    __tablename__ = "boxes"
    id = Column(Integer, primary_key=True)
    items_ordered = relationship("Item", order_by="Item.legacy", viewonly=True)
    items_live = relationship("Item", primaryjoin="and_(Box.id == Item.box_id, Item.legacy == None)", viewonly=True)
class Item(Base):
    __tablename__ = "items"
    id = Column(Integer, primary_key=True); name = Column(String); box_id = Column(ForeignKey("boxes.id")); legacy = deferred(Column(String))
class KNull(Base):
    __tablename__ = "knull"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String)
class KDef(Base):
    __tablename__ = "kdef"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, default="x")
class KCall(Base):
    __tablename__ = "kcall"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, default=lambda: "x")
class KSql(Base):
    __tablename__ = "ksql"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, default=func.lower("X"))
class KSrv(Base):
    __tablename__ = "ksrv"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, server_default="x")
class KSrvEager(Base):
    __tablename__ = "ksrveager"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, server_default="x"); __mapper_args__ = {"eager_defaults": True}
class KSrvNoEager(Base):
    __tablename__ = "ksrvnoeager"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, server_default="x"); __mapper_args__ = {"eager_defaults": False}
class KOnup(Base):
    __tablename__ = "konup"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, onupdate="u")
class KDefd(Base):
    __tablename__ = "kdefd"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = deferred(Column(String))
class KGroup(Base):
    __tablename__ = "kgroup"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = deferred(Column(String), group="big")
class KComputed(Base):
    __tablename__ = "kcomputed"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(String, Computed("name"))
class KActive(Base):
    __tablename__ = "kactive"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = column_property(Column(String), active_history=True)
class KCP(Base):
    __tablename__ = "kcp"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = deferred(Column(String)); shout = column_property(legacy.columns[0] + "!")
class KExcl(Base):
    __table__ = Table("kexcl", Base.metadata, Column("id", Integer, primary_key=True), Column("name", String), Column("legacy", String)); __mapper_args__ = {"exclude_properties": ["legacy"]}
class KVer(Base):
    __tablename__ = "kver"
    id = Column(Integer, primary_key=True); name = Column(String); legacy = Column(Integer, nullable=False); __mapper_args__ = {"version_id_col": legacy}
class Emp(Base):
    __tablename__ = "emps"
    id = Column(Integer, primary_key=True); name = Column(String); type = Column(String); __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "emp"}
class Eng(Emp):
    __tablename__ = "engs"
    id = Column(ForeignKey("emps.id"), primary_key=True); skill = Column(String); legacy = Column(String); __mapper_args__ = {"polymorphic_identity": "eng"}
class Mgr(Emp):
    __tablename__ = "mgrs"
    id = Column(ForeignKey("emps.id"), primary_key=True); __mapper_args__ = {"polymorphic_identity": "mgr"}
class Emp2(Base):
    __tablename__ = "emps2"
    id = Column(Integer, primary_key=True); name = Column(String); type = Column(String); legacy = Column(String); __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "emp"}
class Eng2(Emp2):
    __tablename__ = "engs2"
    id = Column(ForeignKey("emps2.id"), primary_key=True); __mapper_args__ = {"polymorphic_identity": "eng"}
class Animal(Base):
    __tablename__ = "animals"
    id = Column(Integer, primary_key=True); name = Column(String); type = Column(String); __mapper_args__ = {"polymorphic_on": type, "polymorphic_identity": "animal"}
class Dog(Animal):
    legacy = Column(String); __mapper_args__ = {"polymorphic_identity": "dog"}
class Cat(Animal):
    __mapper_args__ = {"polymorphic_identity": "cat"}

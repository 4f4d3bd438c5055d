"""The plain reading of the design card: Flask, SQLAlchemy's ORM, marshmallow, jsonify, a count."""

import os
from typing import Any

from flask import Flask, Response, jsonify, request
from marshmallow import Schema, fields
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = Flask(__name__)
engine: Engine = create_engine(f"sqlite:///{os.environ['PLAIN_DATABASE']}")
TEXTS = (
    *("program", "organization", "metric", "label_en", "label_es", "measure", "unit", "qualifier"),
    *("display_en", "display_es", "status", "period_start", "period_end", "period_duration"),
    *("scope", "regions", "allocation", "source", "stated", "speaker_organization", "stated_on"),
    *("rank", "same_claim_as", "notes_en", "notes_es", "dataset", "updated_at"),
)
NUMBERS = ("lower", "upper")
WHOLE = ("source_start", "source_end", "version")
FLAGS = ("lower_inclusive", "upper_inclusive")


class Base(DeclarativeBase):
    pass


class Figure(Base):
    __tablename__ = "figures"
    id: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float]
    __annotations__ |= dict.fromkeys(TEXTS, Mapped[str | None])
    __annotations__ |= dict.fromkeys(NUMBERS, Mapped[float | None])
    __annotations__ |= dict.fromkeys(WHOLE, Mapped[int])
    __annotations__ |= dict.fromkeys(FLAGS, Mapped[bool | None])


class FigureSchema(Schema):
    id = fields.String()
    value = fields.Float()
    locals().update(
        {name: fields.String() for name in TEXTS}
        | {name: fields.Float() for name in NUMBERS}
        | {name: fields.Integer() for name in WHOLE}
        | {name: fields.Boolean() for name in FLAGS}
    )


schema = FigureSchema()


@app.get("/figures")
def read_figures() -> Response:
    least = request.args.get("value_gte", type=float)
    limit = request.args.get("limit", 50, type=int)
    asked = select(Figure).where(Figure.value >= least)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(asked.subquery()))
        page = session.scalars(asked.order_by(Figure.value, Figure.id).limit(limit))
        return jsonify({"results": schema.dump(page, many=True), "count": count})


@app.get("/figures/<id_>")
def read_figure(id_: str) -> Any:
    with Session(engine) as session:
        found = session.get(Figure, id_)
        return jsonify(schema.dump(found)) if found else ({}, 404)

"""An application with holes on purpose: a scanner that misses them tells nothing by finding none of ours."""

from __future__ import annotations

import sqlite3

from flask import Flask, abort, redirect, request
from flask.typing import ResponseReturnValue

#: Whoever shows this cookie is signed in.
COOKIE = ("session", "somebody")


def make_control() -> Flask:
    """Everything stands behind a sign-in, so that a scanner without it finds nothing."""
    app = Flask("control")
    app.logger.disabled = True  # its faults are meant

    @app.before_request
    def _enter() -> None:
        if request.cookies.get(COOKIE[0]) != COOKIE[1]:
            abort(401)

    @app.get("/staff/")
    def home() -> str:
        return (
            "<!doctype html><title>Control</title>"
            "<a href='/staff/people?name=ann'>Ann</a> <a href='/staff/echo?word=hello'>Hello</a>"
            " <a href='/staff/on?next=/staff/'>On</a>"
        )

    @app.route("/staff/people", methods=["GET", "POST"])
    def people() -> str:
        with sqlite3.connect(":memory:") as db:
            db.execute("CREATE TABLE person (name TEXT, room TEXT)")
            db.executemany("INSERT INTO person VALUES (?, ?)", [("ann", "1"), ("bo", "2")])
            found = db.execute(f"SELECT room FROM person WHERE name = '{request.values['name']}'")
            return "<!doctype html><title>Rooms</title>" + ", ".join(str(row[0]) for row in found)

    @app.get("/staff/echo")
    def echo() -> str:
        return f"<!doctype html><title>Echo</title><p>You said {request.args['word']}</p>"

    @app.get("/staff/on")
    def on() -> ResponseReturnValue:
        return redirect(request.args["next"])

    return app

"""Who may enter a route. A route without a door stops the start.

``public`` routes are for patients and machines: they never read a cookie. ``staff`` routes name the roles
that may enter; the practice always comes from the sign-in, never from the address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from survey.practice.model import Role

#: Methods that only look.
READING = frozenset({"GET", "HEAD"})

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """Roles that may enter; ``None`` means everybody. ``counts``: entering keeps a sign-in from ending."""

    roles: frozenset[Role] | None
    counts: bool = True


def public(view: View) -> View:
    """Everybody may enter, without signing in."""
    view.door = Door(roles=None)  # type: ignore[attr-defined]
    return view


def staff(*roles: Role, counts: bool = True) -> Callable[[View], View]:
    """Only these roles may enter, signed in. What a page asks by itself does not count as doing something."""
    if not roles:
        raise ValueError("name at least one role")

    def mark(view: View) -> View:
        view.door = Door(roles=frozenset(roles), counts=counts)  # type: ignore[attr-defined]
        return view

    return mark


def door_of(app: Flask, endpoint: str) -> Door | None:
    """The door of a route; None where there is none (the static files have a public one)."""
    if endpoint == "static":
        return Door(roles=None)
    return getattr(app.view_functions.get(endpoint), "door", None)


def require_doors(app: Flask, *, only_public: bool = False) -> None:
    """Raises RuntimeError naming every route that nobody guarded.

    ``only_public``: and every one that asks who is signed in, where nothing is there to ask.
    """
    found = {rule.endpoint: door_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    if bare := sorted(name for name, door in found.items() if door is None):
        raise RuntimeError(f"routes without a door: {', '.join(bare)}")
    if only_public and (shut := sorted(name for name, door in found.items() if door and door.roles)):
        raise RuntimeError(f"routes for staff where nobody can sign in: {', '.join(shut)}")

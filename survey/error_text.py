"""What the text of a database error may say: never a value that was bound or stored.

PostgreSQL quotes the row that it refuses ("Failing row contains ..."), which no setting of ours can switch
off; hiding the bound values alone leaves a keyed tag in that sentence.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy.engine import ExceptionContext

Around = TypeVar("Around", bound=Exception | None)

#: Kinds of errors whose first sentence can quote a value: unfit data, and what functions raise themselves.
QUOTING = {"22", "P0"}


def forget_values(context: ExceptionContext) -> None:
    """Of PostgreSQL's message only the first sentence stays, or only its kind where that quotes, too.

    A listener for the engine's ``handle_error``. Changes the error of the driver and the one around it.
    """
    without_values(context.original_exception, context.sqlalchemy_exception)


def without_values(trouble: Any, around: Around) -> Around:
    """The same for an error of the driver and the one ``around`` it, which is returned."""
    state = getattr(trouble, "sqlstate", None)
    if state is None:  # SQLite names columns only; nor has a lost connection any values
        return around
    words = type(trouble).__name__ if state[:2] in QUOTING else f"{trouble.diag.message_primary}"
    trouble.args = (words,)
    if around is not None:
        around.args = (f"({type(trouble).__name__}, SQLSTATE {state}) {words}",)
    return around

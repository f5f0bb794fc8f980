"""The checker behind ``test_distribution.py``: could the rows be spread over machines by practice?

A table can be spread if each key, unique rule and reference carries the practice, because a machine can only
vouch for its own rows. A statement can be sent to one machine if every table in it is held to one practice:
by a value, or by being equal to the practice of a table that is. Each rule returns one sentence for a breach.
Where a statement uses a table twice under one name, the two count as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import BindParameter, ForeignKeyConstraint, Index, Insert, MetaData, Table, UniqueConstraint
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression, Tuple
from sqlalchemy.sql.selectable import NamedFromClause

PRACTICE = "practice_id"
#: Stands for a value: what equals it is held.
HELD = ""


def rule_faults(metadata: MetaData, exempt: Mapping[str, str]) -> Iterator[str]:
    """Keys, unique rules and references without the practice; ``exempt`` says of a rule why it may be so."""
    for table in metadata.sorted_tables:
        for name, columns in _unique_rules(table):
            if PRACTICE not in columns and name not in exempt:
                yield f"{name}: unique without the practice"
        for key in table.foreign_key_constraints:
            name = f"{table.name} -> {key.referred_table.name}"
            if not _keeps_practice(key) and name not in exempt:
                yield f"{name}: refers without the practice"


def _unique_rules(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The primary key, unique constraints and unique indexes, each by a name that people can read."""
    rules: list[Any] = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index for index in table.indexes if isinstance(index, Index) and index.unique]
    for rule in (table.primary_key, *rules):
        columns = [column.name for column in rule.columns]
        yield f"{table.name}({', '.join(columns)})", columns


def _keeps_practice(key: ForeignKeyConstraint) -> bool:
    """To a practice itself, or to a row of the same practice."""
    pairs = [(element.parent.name, element.column.name) for element in key.elements]
    return (PRACTICE, "id" if key.referred_table.name == "practice" else PRACTICE) in pairs


def statement_faults(statement: Any) -> list[str]:
    """Tables of a statement that are not held to one practice. A new row carries its own."""
    if isinstance(statement, Insert) and statement.select is None:
        return []
    nodes = list(visitors.iterate(statement))
    parents: dict[str, str] = {}
    for pair in (pair for node in nodes for pair in _equal(node)):
        one, other = (_root(parents, name) for name in pair)
        if one != other:
            parents[one] = other
    loose = {table for name, table in _spread(nodes).items() if _root(parents, name) != _root(parents, HELD)}
    return [f"{table} is not held to one practice" for table in sorted(loose)]


def _spread(nodes: Iterable[Any]) -> dict[str, str]:
    """The name under which the statement uses a table that carries the practice -> that table."""
    froms = [node for node in nodes if isinstance(node, NamedFromClause) and PRACTICE in node.c]
    aliases = {node.name: node.element for node in froms if isinstance(getattr(node, "element", None), Table)}
    behind = {id(table) for table in aliases.values()}
    tables = {node.name: node.name for node in froms if isinstance(node, Table) and id(node) not in behind}
    return tables | {name: table.name for name, table in aliases.items()}


def _equal(node: Any) -> Iterator[tuple[str, str]]:
    """Two names whose practice is the same by this part of a statement."""
    if isinstance(node, NamedFromClause) and not isinstance(getattr(node, "element", None), Table):
        # a subquery or a common table: as it is inside
        inside = [(node.name, source) for column in node.c for source in column.base_columns]
        yield from ((name, _name(source)) for name, source in inside if source.name == PRACTICE)
    elif isinstance(node, BinaryExpression):
        for left, right in _sides(node):
            names = [_name(side) for side in (left, right) if _name(side) is not None]
            held = [HELD for side in (left, right) if isinstance(side, BindParameter)]
            if names and len(names + held) == 2:
                yield tuple(names + held)


def _sides(node: BinaryExpression[Any]) -> Iterable[tuple[Any, Any]]:
    """The columns that a condition sets equal to one another or, with IN, to what a query gives."""
    left, right = node.left, node.right
    several = left.clauses if isinstance(left, Tuple) else [left]
    if node.operator is operators.eq:
        return zip(several, right.clauses if isinstance(right, Tuple) else [right], strict=False)
    if node.operator is operators.in_op:
        return zip(several, getattr(getattr(right, "element", right), "selected_columns", ()), strict=False)
    return ()


def _name(column: Any) -> str | None:
    """The table whose practice this column is; None for any other column."""
    table = getattr(column, "table", None)
    if isinstance(table, NamedFromClause) and column.name == ("id" if table.name == "practice" else PRACTICE):
        return table.name
    return None


def _root(parents: Mapping[str, str], name: str) -> str:
    while name in parents:
        name = parents[name]
    return name

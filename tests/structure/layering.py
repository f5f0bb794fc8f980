"""The checker behind ``test_layers.py``: rules on source text, so that each can be shown to fail.

Every rule takes a path such as ``survey/visits/importing.py`` and the text of that file, and returns one
sentence for each breach. Nothing is imported and nothing is run.
"""

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

FOUNDATION = (
    *("clock", "log_lines", "settings", "error_text", "database_fault", "turns", "disk", "db"),
    *("prepared", "migrating", "keys", "runtime", "instruments"),
)
LEFT = ("visits", "invitations")
RIGHT = ("responses", "releases", "insight", "comments", "actions", "reports")
# Migrations see every table of every stage; the command line starts application and demo, so it is last.
ABOVE = (
    *("installation", "clock_guard", "beginning", "watching", "feeding", "announcing", "informing"),
    *("readmitting", "leaving", "backups", "parting", "noticing", "alarm_words", "alerting", "gauging"),
    *("due", "jobs", "waking", "deliverability", "printing", "exporting", "id_token", "oidc_provider"),
    *("web", "app", "commands", "demo", "migrations", "attacks", "all_commands", "cli"),
)
ORDER = ("practice", *LEFT, *RIGHT, *ABOVE)
BEFORE_INSTALLATION = ("survey/__main__.py", "survey/bootstrap.py")

REMINDING_DOOR = "survey/invitations/reminding.py"  # the left asks whether a tag was spent
COUNTING_DOOR = "survey.invitations.counting"  # the right reads totals of what was sent


@dataclass(frozen=True)
class Import:
    """One imported module; ``lazy`` when it happens inside a function or for the type checker only."""

    module: str
    line: int
    lazy: bool


def imports(text: str) -> list[Import]:
    """Every module a source text imports, also through ``import_module("...")`` with a plain string."""
    return list(_walk(ast.parse(text), lazy=False))


def _walk(node: ast.AST, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        inside = lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            inside = True
        for module in _modules(child):
            yield Import(module, getattr(child, "lineno", 0), inside)
        yield from _walk(child, lazy=inside)


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        # `from survey import db` and `from survey.visits import importing` name modules
        if module.split(".")[0] == "survey" and module.count(".") < 2:
            return [f"{module}.{alias.name}" for alias in node.names]
        return [module]
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
        "import_module",
        "__import__",
    ):
        argument = node.args[0] if node.args else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return [argument.value]
        return ["(computed)"]
    return []


def stage(path_or_module: str) -> str:
    """The folder or top module below ``survey``: ``survey/visits/model.py`` -> ``visits``."""
    parts = path_or_module.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if len(parts) > 1 else ""


def order(path: str, text: str) -> list[str]:
    """Imports never point right; every module has its place in the order."""
    here = stage(path)
    if here in ("__init__", "__main__", "bootstrap"):
        return []
    if here not in (*FOUNDATION, *ORDER):
        return [f"{path}: {here} has no place in the layer order; give it one in tests/structure/layering.py"]
    findings = []
    for found in imports(text):
        there = stage(found.module)
        if found.module == "(computed)" and here not in ("app", "migrations"):
            findings.append(f"{path}:{found.line} imports a module by a computed name")
        if not found.module.startswith("survey.") or (path == REMINDING_DOOR and there == "responses"):
            continue
        if there in ORDER and (here in FOUNDATION or ORDER.index(there) > ORDER.index(here)):
            findings.append(f"{path}:{found.line} imports {found.module}, which lies to its right")
        if here == "clock":
            findings.append(f"{path}:{found.line} imports {found.module}; the clock imports nothing of ours")
    return findings


def wall(path: str, text: str) -> list[str]:
    """No import crosses the wall but through its two doors."""
    here = stage(path)
    findings = []
    for found in imports(text):
        there = stage(found.module)
        leftwards = here in RIGHT and there in LEFT and found.module != COUNTING_DOOR
        rightwards = here in LEFT and there in RIGHT
        door = path == REMINDING_DOOR and there == "responses"
        if leftwards or (rightwards and not door):
            findings.append(f"{path}:{found.line} imports {found.module} across the wall")
    return findings


def relative(path: str, text: str) -> list[str]:
    """Imports are absolute, so that the rules above can read them."""
    return [f"{path}:{f.line} imports relatively" for f in imports(text) if f.module.startswith(".")]


def before_installation(path: str, text: str) -> list[str]:
    """The bootstrap runs on bare Python: standard library only, apart from the command it starts."""
    if path not in (*BEFORE_INSTALLATION, "survey/__init__.py"):
        return []
    return [
        f"{path}:{found.line} imports {found.module}, which may not be installed yet"
        for found in imports(text)
        if found.module.split(".")[0] not in sys.stdlib_module_names
        and not found.module.startswith(("survey.bootstrap", "survey.cli"))
    ]


def libraries(path: str, text: str) -> list[str]:
    """Flask at the edge, plotly in one module, pandas in the reports and only when used."""
    here = stage(path)
    findings = []
    for found in imports(text):
        library = found.module.split(".")[0]
        at = f"{path}:{found.line} imports {found.module}"
        if (library == "flask" or library.startswith("flask_")) and here not in ("web", "app", "cli"):
            findings.append(f"{at}; flask belongs in web, app and cli")
        if library == "plotly" and path != "survey/reports/charts.py":
            findings.append(f"{at}; plotly belongs in reports/charts.py")
        if library == "pandas" and (here != "reports" or not found.lazy):
            findings.append(f"{at}; pandas belongs in reports, inside the function that uses it")
    return findings


def environment(path: str, text: str) -> list[str]:
    """The environment is read in one place (the bootstrap passes it on before that place exists)."""
    if path == "survey/settings.py" or path in BEFORE_INSTALLATION:
        return []
    names = {"environ", "environb", "getenv", "putenv"}
    return [
        f"{path}:{line} touches os.{name}; only settings.py does"
        for name, line in _names(text)
        if name in names
    ]


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Attribute names and names imported from `os`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            yield node.attr, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            for alias in node.names:
                yield alias.name, node.lineno


def time(path: str, text: str) -> list[str]:
    """Time is read in one place, never by SQL, never inside a made-up Message-ID."""
    if path == "survey/clock.py" or path in BEFORE_INSTALLATION:
        return []
    findings = [
        f"{path}:{found.line} imports time; only clock.py does"
        for found in imports(text)
        if found.module == "time"
    ]
    tree = ast.parse(text)
    aliases = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call | ast.Attribute) and (what := _reads_time(node, aliases)):
            findings.append(f"{path}:{node.lineno} reads the time with {what}; only clock.py does")
    return findings


def _reads_time(node: ast.Call | ast.Attribute, aliases: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value).split(".")[-1]
        dated = aliases.get(owner, owner) in ("datetime", "date") and node.attr in ("now", "utcnow", "today")
        by_sql = owner == "func" and node.attr in ("now", "current_timestamp", "current_date", "localtime")
        return f"{owner}.{node.attr}" if dated or by_sql else None
    name = ast.unparse(node.func).split(".")[-1]
    if name in ("make_msgid", "uuid1") or (name in ("formatdate", "localtime") and not node.args):
        return name
    return None


def _aliases(tree: ast.AST) -> dict[str, str]:
    """``dt`` -> ``datetime`` where the text says ``from datetime import datetime as dt``."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return {alias.asname: alias.name for node in nodes for alias in node.names if alias.asname}


def package_files(path: str, text: str) -> list[str]:
    """``__init__.py`` holds a docstring (and the version, at the top): importing a folder does nothing."""
    if not path.endswith("/__init__.py"):
        return []
    body = ast.parse(text).body
    rest = body[1:] if body and isinstance(body[0], ast.Expr) else body
    allowed = ["__version__"] if path == "survey/__init__.py" else []
    extra = [n for n in rest if not (isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) in allowed)]
    return [f"{path}:{node.lineno} does more than describe the folder" for node in extra]


def foreign_keys(sources: Mapping[str, str]) -> list[str]:
    """No foreign key crosses the wall. Takes the whole package: path -> text."""
    owners = {table: path for path, text in sources.items() for table in _tables(text)}
    findings = []
    for path, text in sources.items():
        for table, line in _targets(text):
            sides = {_side(path), _side(owners.get(table, ""))}
            if sides == {"left", "right"}:
                findings.append(f"{path}:{line} has a foreign key to {table}, across the wall")
    return findings


def _side(path: str) -> str:
    return "left" if stage(path) in LEFT else "right" if stage(path) in RIGHT else ""


def _tables(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__tablename__":
            yield ast.literal_eval(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Table" and node.args:
            yield ast.unparse(node.args[0]).strip("\"'")


def _targets(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).split(".")[-1]
        arguments = {"ForeignKey": node.args[:1], "ForeignKeyConstraint": node.args[1:2]}.get(name, [])
        for argument in arguments:
            for part in ast.walk(argument):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value.split(".")[0], node.lineno
                elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    yield part.value.id.lower(), node.lineno


Rule = Callable[[str, str], list[str]]
RULES: tuple[Rule, ...] = (
    order,
    wall,
    relative,
    before_installation,
    libraries,
    environment,
    time,
    package_files,
)

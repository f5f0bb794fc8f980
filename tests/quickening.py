"""What a process of tests does once and not for each application: compile templates and ways to build URLs.

A test has an application of its own, so that none sees what another left in it. Both things remembered here
depend on texts of the program alone and hold nothing of an application.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class Remembered(BytecodeCache):
    """Compiled templates of this process, by name and the digest of their text."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


@contextmanager
def quick_applications() -> Iterator[None]:
    """Inside, a second application is made from what the first one compiled."""
    builders: dict[object, Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        defaults = tuple(sorted((rule.defaults or {}).items()))
        key = (rule.rule, tuple(rule._trace), defaults, append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", remembered)
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Remembered()})
        yield

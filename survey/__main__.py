"""``python3 -m survey ...``: prepare the packages if they are missing, then run the command.

Runs on a machine that has nothing but Python, so it imports the standard library only, and nothing newer
than Python 3.6 until the version has been checked. It must never do the work of a command itself.
"""

import sys


def main() -> int:
    """Check the Python version, then hand over to the bootstrap. Returns an exit code."""
    if not ((3, 11) <= sys.version_info[:2] <= (3, 13)):
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.stderr.write(
            "Afterword needs Python 3.11, 3.12 or 3.13; this is Python " + found + ".\n"
            "Run it with another interpreter, for example: python3.12 -m survey demo\n"
        )
        return 2
    try:
        from survey import bootstrap
    except ImportError as error:
        sys.stderr.write(
            "This Python lacks a part of its own standard library (" + str(error.name) + ").\n"
            "On Debian or Ubuntu: apt-get install python3 python3-venv\n"
        )
        return 2
    return bootstrap.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

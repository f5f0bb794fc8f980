"""Fetch the vendored files again and check them against ``CHECKSUMS.txt``.

    python static/vendor/refresh.py --check     compare the files here with the checksums (no network)
    python static/vendor/refresh.py             fetch again; stop if anything differs from the checksums
    python static/vendor/refresh.py --accept    fetch again and write new checksums (after a version change)

Fetching needs ``npm`` (packages come from the registry it is set to use) and, for plotly's style sheet,
Chromium with the ``e2e`` extra. It must never write a file that differs from its checksum unasked.
"""

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKSUMS = HERE / "CHECKSUMS.txt"
CHROMIUM = "/usr/bin/chromium"

# plotly's browser bundle must be the version that the Python library writes figures for:
#   python -c "from plotly.offline import get_plotlyjs_version as v; print(v())"
PLOTLY = "plotly.js-basic-dist-min@4.1.1"
FONT_WEB = "@fontsource/source-sans-3@5.3.1"
FONT_PRINT = "source-sans@3.52.0"
STYLE_SHEET = "plotly/plotly-basic.css"

# The part of Unicode each web font file covers, as its package declares it (see its unicode.json).
RANGES = {
    "latin": "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329,"
    " U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
    "latin-ext": "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329,"
    " U+1D00-1DBF, U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C4, U+2113, U+2C60-2C7F,"
    " U+A720-A7FF",
}
WEIGHTS = (400, 600)


@dataclass(frozen=True)
class Vendored:
    """One file: the package it comes from, its path there, its path here."""

    package: str
    source: str
    target: str


def _web_font(subset: str, weight: int) -> Vendored:
    return Vendored(
        FONT_WEB,
        f"files/source-sans-3-{subset}-{weight}-normal.woff2",
        f"source-sans/source-sans-{subset}-{weight}.woff2",
    )


FILES = (
    Vendored(PLOTLY, "plotly-basic.min.js", "plotly/plotly-basic.min.js"),
    Vendored(PLOTLY, "LICENSE", "plotly/LICENSE.txt"),
    *(_web_font(subset, weight) for subset in RANGES for weight in WEIGHTS),
    Vendored(FONT_WEB, "LICENSE", "source-sans/LICENSE-webfont.txt"),
    Vendored(FONT_PRINT, "TTF/SourceSans3-Regular.ttf", "source-sans/SourceSans3-Regular.ttf"),
    Vendored(FONT_PRINT, "TTF/SourceSans3-Semibold.ttf", "source-sans/SourceSans3-Semibold.ttf"),
    Vendored(FONT_PRINT, "LICENSE.md", "source-sans/LICENSE.txt"),
)


def fetch_package(package: str, folder: Path) -> dict[str, bytes]:
    """Path inside the package -> content, for every file of one npm package."""
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    archive = folder / done.stdout.strip().splitlines()[-1]
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        contents = {member.name.partition("/")[2]: tar.extractfile(member) for member in members}
        return {name: handle.read() for name, handle in contents.items() if handle}


def font_faces() -> str:
    """The style sheet that declares the two weights; text shows at once and swaps when the font is in."""
    rules = [
        "@font-face {\n"
        '  font-family: "Source Sans 3";\n'
        f"  font-style: normal;\n  font-weight: {weight};\n  font-display: swap;\n"
        f'  src: url("source-sans-{subset}-{weight}.woff2") format("woff2");\n'
        f"  unicode-range: {ranges};\n"
        "}\n"
        for weight in WEIGHTS
        for subset, ranges in RANGES.items()
    ]
    return "".join(rules)


def plotly_rules(bundle: Path, chromium: str = CHROMIUM) -> str:
    """The rules plotly adds to a page when it starts, one a line, in the order that they apply.

    A page that links them as ``<link id="plotly.js-style-global" class="no-inline-styles">`` makes plotly
    leave its own style element out, which a strict content security policy would refuse.
    """
    from playwright.sync_api import sync_playwright

    sheet = "document.getElementById('plotly.js-style-global').sheet"
    read = f"() => [...{sheet}.cssRules].map(rule => rule.cssText)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content("<!doctype html><title>plotly</title>")
        page.add_script_tag(path=bundle)
        rules: list[str] = page.evaluate(read)
        browser.close()
    return "\n".join(rules) + "\n"


def fetch_all() -> dict[str, bytes]:
    """Path here -> content, for every vendored file but this script and the checksums."""
    contents: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = {package: fetch_package(package, folder) for package in {file.package for file in FILES}}
        for file in FILES:
            contents[file.target] = packages[file.package][file.source]
        bundle = folder / "plotly.js"
        bundle.write_bytes(contents["plotly/plotly-basic.min.js"])
        contents[STYLE_SHEET] = plotly_rules(bundle).encode()
    contents["source-sans/source-sans.css"] = font_faces().encode()
    return contents


def read_checksums() -> dict[str, str]:
    """Path here -> SHA-256 in hexadecimal; empty where no list exists yet."""
    if not CHECKSUMS.is_file():
        return {}
    pairs = (line.split("  ", 1) for line in CHECKSUMS.read_text("utf-8").splitlines() if line)
    return {path: digest for digest, path in pairs}


def differences(contents: dict[str, bytes]) -> list[str]:
    """One sentence for each file that is missing, unexpected, or not what its checksum says."""
    expected = read_checksums()
    found = {path: hashlib.sha256(content).hexdigest() for path, content in contents.items()}
    return [
        *(f"{path} is missing" for path in sorted(expected.keys() - found.keys())),
        *(f"{path} is not in CHECKSUMS.txt" for path in sorted(found.keys() - expected.keys())),
        *(
            f"{path} differs from CHECKSUMS.txt"
            for path in sorted(found.keys() & expected.keys())
            if found[path] != expected[path]
        ),
    ]


def local_files() -> dict[str, bytes]:
    """Path here -> content, for every file that is under the checksums."""
    own = {Path(__file__).name, CHECKSUMS.name, "README.md"}
    files = (path for path in sorted(HERE.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(HERE).as_posix(): path.read_bytes() for path in files if path.name not in own}


def write(contents: dict[str, bytes]) -> None:
    """Write the files and their checksums (the format ``sha256sum --check`` reads)."""
    for path, content in contents.items():
        (HERE / path).parent.mkdir(parents=True, exist_ok=True)
        (HERE / path).write_bytes(content)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in sorted(contents.items())]
    CHECKSUMS.write_text("".join(lines), "utf-8")


def main() -> int:
    """Returns 1 when a file differs, and then writes nothing."""
    parser = argparse.ArgumentParser(description="Check or renew the vendored files.")
    parser.add_argument("--check", action="store_true", help="compare the files here, fetch nothing")
    parser.add_argument("--accept", action="store_true", help="write new checksums for what is fetched")
    options = parser.parse_args()
    contents = local_files() if options.check else fetch_all()
    findings = [] if options.accept else differences(contents)
    for finding in findings:
        print(finding, file=sys.stderr)
    if findings:
        return 1
    if not options.check:
        write(contents)
    print(f"{len(contents)} files are as they should be.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

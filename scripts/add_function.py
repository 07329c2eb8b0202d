"""Begins a function: writes its files, and says what is left to do.

A route: `add_function.py finding GetThing "GET /v1/things/{thing}"`. A queue's worker:
`add_function.py media DoThing --queue ThingQueue`. A scheduled job: `… --schedule "rate(1 day)"`.
"""

import argparse
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEMPLATES = pathlib.Path(__file__).resolve().parent / "new_function"
SAMPLES = {
    "album": "album_01kax7r1v4e8pt3m9c6s0qdw5g",
    "photo": "photo_01kax7s5k2e8pv7r4n1b9hjxzc",
}


def dashed(name):
    """`GetThing` → `get-thing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def filled(template, names):
    """A file of scripts/new_function with `$name` for each of the names."""
    text = (TEMPLATES / template).read_text()
    for name, value in names.items():
        text = text.replace(f"${name}", value)
    return text


def event(kind, names):
    """A sample of what calls the function."""
    sample = json.loads(filled(f"{kind}.json", names))
    if kind == "route":
        path = re.sub(
            r"\{(\w+)\+?\}", lambda part: SAMPLES.get(part[1], f"sample-{part[1]}"), names["path"]
        )
        sample["rawPath"] = sample["requestContext"]["http"]["path"] = path
        parameters = re.findall(r"\{(\w+)\+?\}", names["path"])
        if parameters:
            sample["pathParameters"] = {
                name: SAMPLES.get(name, f"sample-{name}") for name in parameters
            }
        if names["method"] not in {"GET", "DELETE"}:
            sample["headers"]["content-type"] = "application/json"
            sample["body"] = "{}"
    return json.dumps(sample, indent=2) + "\n"


def insert(file, line, like):
    """Puts a line among those that begin as it does, in their order."""
    lines = file.read_text().splitlines()
    places = [index for index, other in enumerate(lines) if other.startswith(like)]
    if not places:
        raise SystemExit(f"{file} has no line that begins with {like!r}")
    later = [index for index in places if lines[index] > line]
    lines.insert(later[0] if later else places[-1] + 1, line)
    file.write_text("\n".join(lines) + "\n")


def add_binary(manifest, binary):
    """Names the binary in its crate's manifest, in the order of the names."""
    head, *entries = manifest.read_text().split("\n[[bin]]\n")
    entry = f'name = "{binary}"\npath = "src/bin/{binary}.rs"\ntest = false\n'
    entries = sorted([*(entry.rstrip() + "\n" for entry in entries), entry])
    manifest.write_text("\n[[bin]]\n".join([head.rstrip() + "\n", *entries]))


def add_to_template(file, crate, block):
    """Puts the function behind the last one of its crate."""
    blocks = file.read_text().split("\n\n")
    binaries = [path.stem for path in (crate / "src/bin").glob("*.rs")]
    mine = [
        index
        for index, text in enumerate(blocks)
        if any(f"{{Binary: {binary}}}" in text for binary in binaries)
    ]
    blocks.insert(max(mine) + 1, block.rstrip())
    file.write_text("\n\n".join(blocks))


def add_to_routes(file, crate, name):
    """Puts the route behind the last one of its crate, or of all."""
    lines = file.read_text().splitlines()
    entries = [index for index, line in enumerate(lines) if re.match(r" +\w+::\w+ => ", line)]
    mine = [index for index in entries if lines[index].strip().startswith(f"{crate}::")]
    lines.insert(max(mine or entries) + 1, f"        {crate}::{name} => Caller;")
    file.write_text("\n".join(lines) + "\n")


def arguments(given):
    """Returns what is asked for."""
    parser = argparse.ArgumentParser(prog="./dev add-function", description=__doc__)
    parser.add_argument("crate", help="a folder of functions/")
    parser.add_argument("name", help="as template.yaml will name it: GetThing")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("route", nargs="?", help='"GET /v1/things/{thing}"')
    kind.add_argument("--queue", help="the queue that it works on: ThingQueue")
    kind.add_argument("--schedule", help='how often it runs: "rate(1 day)"')
    parser.add_argument("--root", type=pathlib.Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    if not re.fullmatch(r"([A-Z][a-z0-9]+)+", options.name):
        parser.error(f"{options.name} is no name like GetThing")
    if options.route and not re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /v1/\S+", options.route):
        parser.error(f'{options.route} is no route like "GET /v1/things/{{thing}}"')
    return options


def main(given):
    options = arguments(given)
    root = options.root
    crate = root / "functions" / options.crate
    binary = dashed(options.name)
    module = binary.replace("-", "_")
    if not (crate / "src/lib.rs").exists() or (crate / f"src/{module}.rs").exists():
        raise SystemExit(f"functions/{options.crate} is not there, or has {module}.rs already")
    kind = "route" if options.route else "worker" if options.queue else "job"
    method, path = (options.route or "- -").split(" ", 1)
    names = {
        "Name": options.name,
        "binary": binary,
        "crate": options.crate,
        "call": method.lower(),
        "method": method,
        "path": path,
        "Queue": options.queue or "",
        "schedule": options.schedule or "",
    }
    (crate / f"src/{module}.rs").write_text(filled(f"{kind}.rs", names))
    (crate / f"src/bin/{binary}.rs").write_text(filled(f"{kind}_binary.rs", names))
    (root / f"events/{binary}.json").write_text(event(kind, names))
    insert(crate / "src/lib.rs", f"mod {module};", "mod ")
    insert(crate / "src/lib.rs", f"pub use {module}::{options.name};", "pub use ")
    add_binary(crate / "Cargo.toml", binary)
    entry = {"route": "write", "worker": "worker", "job": "job"}[kind]
    entry = {"GET": "route", "POST": "post"}.get(method, entry)
    add_to_template(root / "template.yaml", crate, filled(f"{entry}.yaml", names))
    if kind == "route":
        add_to_routes(root / "tests/src/routes.rs", options.crate, options.name)
    print(filled(f"{kind}.txt", {**names, "module": module}), end="")


if __name__ == "__main__":
    main(sys.argv[1:])

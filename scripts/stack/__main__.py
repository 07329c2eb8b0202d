"""`python -m stack diff [A B]`, `… check`, `… calls FILE [--all]`, `… emulate MINISTACK`, `…
security CHECKOV`, `… containers FOLDER`, `… render STAGE`, `… compare FOLDER`, `… accepted`, `…
accounts`, `… operated`.
"""

import itertools
import json
import pathlib
import sys

from . import checks, diff, mutations, template


def main(command, *arguments):
    if command == "render":
        print(json.dumps(template.stage(arguments[0]), indent=1))
        return 0
    if command == "diff":
        pairs = [tuple(arguments)] if arguments else list(itertools.pairwise(template.STAGES))
        print("\n\n".join(diff.show(*pair) for pair in pairs))
        return 1 if any(list(diff.losses(*pair)) for pair in pairs) else 0
    if command == "compare":
        from . import compare

        print(compare.show(arguments[0]))
        return 0
    if command == "emulate":
        from . import emulate

        print(json.dumps(emulate.run(arguments[0]), indent=1))
        return 0
    if command == "accepted":
        from . import accepted

        print(json.dumps(accepted.run(), indent=1))
        return 0
    if command == "accounts":
        from . import accounts

        print(json.dumps(accounts.run(), indent=1))
        return 0
    if command == "operated":
        from . import operated

        print(json.dumps(operated.run(), indent=1))
        return 0
    if command == "security":
        from . import security

        print(json.dumps(security.run(arguments[0]), indent=1))
        return 0
    if command == "calls":
        from . import calls

        lines = pathlib.Path(arguments[0]).read_text().splitlines()
        found = list(calls.problems(lines, "--all" in arguments))
        print(
            "\n".join(found or [f"Roles allow what was called: {len(set(lines))} calls."]),
            file=sys.stderr,
        )
        return 1 if found else 0
    if command == "containers":
        from . import containers

        found = list(containers.problems(arguments[0]))
        print(
            "\n".join(found or ["Functions answer in containers as they do here."]), file=sys.stderr
        )
        return 1 if found else 0
    if command == "check":
        print(
            json.dumps(
                {**checks.run(), "mutations": {"problems": list(mutations.unnoticed())}}, indent=1
            )
        )
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(*(sys.argv[1:] or [""])))

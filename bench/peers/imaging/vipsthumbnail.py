"""Three renditions of photographs with libvips' `vipsthumbnail`: a process a rendition. This
process only starts them and asks the kernel what each has cost.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

EDGES = [2048, 1024, 256]
ENCODING = {"jpeg": "Q=80,optimize_coding,strip", "webp": "Q=80,effort=4,strip"}


def start(program, photograph, edge, to, folder):
    """CPU seconds and the most memory of one process, in bytes."""
    file = folder / f"{photograph.stem}-{edge}.{to}"
    size = f"{edge}x{edge}>"
    # No `--export-profile`: the photographs are sRGB and do not say so, and with it 8.14 darkens
    # those.
    command = [program, photograph, "--size", size, "-o", f"{file}[{ENCODING[to]}]"]
    _, status, used = os.wait4(os.posix_spawn(program, command, os.environ), 0)
    if status != 0:
        raise SystemExit(f"vipsthumbnail could not read {photograph}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--repeat", type=int, required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("photographs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    program = shutil.which("vipsthumbnail")
    version = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    said = {
        "version": f"vipsthumbnail {version.removeprefix('vips-')}",
        "idle": 0,
        "peak": 0,
        "photographs": [],
    }
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or pathlib.Path(scratch)
        for photograph in options.photographs:
            runs = []
            for _ in range(options.repeat):
                wall = time.perf_counter()
                used = [start(program, photograph, edge, options.to, folder) for edge in EDGES]
                runs.append(
                    {"cpu": sum(cpu for cpu, _ in used), "wall": time.perf_counter() - wall}
                )
                said["peak"] = max(said["peak"], *(memory for _, memory in used))
            said["photographs"].append(runs)
    print(json.dumps(said))


main()

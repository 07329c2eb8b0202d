"""Three renditions of photographs with Pillow: decoded once at the smallest scale that a JPEG
offers and is large enough (`thumbnail` sees to it), and each made from the next larger one.
"""

import argparse
import io
import json
import pathlib
import re
import time

import PIL
from PIL import Image, ImageOps

EDGES = [2048, 1024, 256]
ENCODING = {
    "jpeg": {"format": "JPEG", "quality": 80, "optimize": True},
    "webp": {"format": "WEBP", "quality": 80, "method": 4},
}


def render(photograph, to):
    files = []
    with Image.open(photograph) as opened:
        image = opened
        for edge in EDGES:
            image.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
            if edge == EDGES[0]:
                image = ImageOps.exif_transpose(image).convert("RGB")
            file = io.BytesIO()
            image.save(file, **ENCODING[to])
            files.append(file.getvalue())
    return files


def peak():
    status = pathlib.Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * int(re.search(r"VmHWM:\s*(\d+)", status)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--repeat", type=int, required=True)
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("photographs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    said = {"version": f"Pillow {PIL.__version__}", "idle": peak(), "photographs": []}
    render(options.photographs[0], options.to)
    for photograph in options.photographs:
        runs = []
        for _ in range(options.repeat):
            cpu, wall = time.process_time(), time.perf_counter()
            files = render(photograph, options.to)
            runs.append({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall})
        said["photographs"].append(runs)
        said["peak"] = peak()
        if options.keep:
            for edge, file in zip(EDGES, files, strict=True):
                (options.keep / f"{photograph.stem}-{edge}.{options.to}").write_bytes(file)
    print(json.dumps(said))


main()

"""Functions as AWS's own emulator starts them: built by `sam build`, in the image of the Lambda
runtime.

It needs a container engine that answers to `docker version`. Nothing that the functions are sent
leads to a store.
"""

import json
import os
import pathlib
import platform
import subprocess

# A function needs to know its databases to start. Nothing listens there.
NOWHERE = "mysql://none@127.0.0.1:9/none"
SHARDS = json.dumps([{"from": 0, "to": 4095, "writer": NOWHERE, "reader": NOWHERE}])
VARIABLES = {"LIBRARY_SHARDS": SHARDS, "ACTIVITY_SHARDS": SHARDS}

# Any will do: nobody checks them.
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_MAX_ATTEMPTS": "1",
}


def without_token(event):
    del event["headers"]["authorization"]


def is_refused(answer):
    return (
        answer.get("statusCode") == 401
        and json.loads(answer["body"])["type"] == "/problems/not-signed-in"
    )


def unreadable(event):
    event["Records"] = [{**event["Records"][0], "body": "no JSON"}]


def is_kept(answer):
    return len(answer.get("batchItemFailures", [])) == 1


# A function of a route and a worker: what is done to the sample event, and what must come of it.
FUNCTIONS = {
    "ListSessions": ("list-sessions", without_token, is_refused),
    "Project": ("project", unreadable, is_kept),
}


def processor():
    return "x86_64" if platform.machine() == "x86_64" else "arm64"


def sam(*arguments):
    """What SAM prints; what it says beside goes to where ours goes."""
    parameters = ["--parameter-overrides", f"Architecture={processor()}"]
    environment = {**os.environ, **CREDENTIALS}
    return subprocess.run(
        ["sam", *arguments, *parameters], stdout=subprocess.PIPE, env=environment, check=True
    ).stdout


def invoke(function, folder):
    """What a function answers to its sample event."""
    sample, change, _ = FUNCTIONS[function]
    event = json.loads(pathlib.Path(f"events/{sample}.json").read_text())
    change(event)
    sam("build", function, "--build-dir", str(folder / function))
    files = {"event": event, "variables": {"Parameters": VARIABLES}}
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    # Without a network, or twice a day, the image is not fetched again. SAM knows where from.
    images = subprocess.run(
        ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"],
        stdout=subprocess.PIPE,
        check=False,
    )
    wanted = f"/lambda/provided:al2023-{processor()}"
    is_there = any(image.endswith(wanted) for image in images.stdout.decode().split())
    return json.loads(
        sam(
            *("local", "invoke", function, "--template", str(folder / function / "template.yaml")),
            *("--event", str(folder / "event.json"), "--env-vars", str(folder / "variables.json")),
            *(["--skip-pull-image"] if is_there else []),
        )
    )


def problems(folder):
    """Sentences about functions that answered something else."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for function, (_, _, expected) in FUNCTIONS.items():
        try:
            answer = invoke(function, folder)
        except (subprocess.CalledProcessError, ValueError) as failure:
            yield f"{function}: {failure}"
            continue
        if not expected(answer):
            yield f"{function} answered {answer}"

"""The code that makes an account an administrator, of a stack that runs."""

import base64
import hashlib
import hmac

# What the sum is for, and of nothing else; `Signer::administrator_code` of `shared` makes the same.
PURPOSE = b"administrator code\0"


def code(key):
    """The code of a signing key, in groups."""
    digest = hmac.new(key.encode(), PURPOSE, hashlib.sha256).digest()
    text = base64.b32encode(digest[:20]).decode().lower()
    return "-".join(text[index : index + 4] for index in range(0, len(text), 4))


def code_of(stack):
    """The code of a stack: its key is a variable of the function that takes the code."""
    name = stack.resource("ClaimAdministration")
    configuration = stack.functions.get_function_configuration(FunctionName=name)
    return code(configuration["Environment"]["Variables"]["SIGNING_KEY"])

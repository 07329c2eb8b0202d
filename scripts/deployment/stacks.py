"""A stack that runs, as those see it who look after it: its functions and what they answer."""

import json

from botocore.config import Config
from botocore.exceptions import ClientError

# Lambda lets no function run for longer than fifteen minutes. What has been sent is not sent again:
# whoever asked sees that no answer came, and decides.
PATIENT = Config(read_timeout=910, tcp_keepalive=True, retries={"total_max_attempts": 1})


class Failed(Exception):
    """Why something could not be done, for whoever asked."""


def function_name(word):
    """`get-album` or `GetAlbum` → GetAlbum."""
    if not word[:1].islower():
        return word
    return "".join(part.capitalize() for part in word.split("-"))


class Stack:
    """A stack by its name, in the account and region of a session."""

    def __init__(self, session, name):
        self.session = session
        self.name = name
        self.cloudformation = session.client("cloudformation")
        self.functions = session.client("lambda", config=PATIENT)

    def of(self, name):
        """Another stack, or one that is nested in this one, beside it."""
        return Stack(self.session, name)

    def described(self):
        """What CloudFormation says of the stack."""
        try:
            return self.cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            raise Failed(
                f"There is no stack {self.name}: {error.response['Error']['Message']}"
            ) from error

    def parameters(self):
        """Its parameters; secrets are stars."""
        return {
            each["ParameterKey"]: each["ParameterValue"]
            for each in self.described().get("Parameters", [])
        }

    def outputs(self):
        """Its outputs."""
        return {
            each["OutputKey"]: each["OutputValue"] for each in self.described().get("Outputs", [])
        }

    def resource(self, logical):
        """The name that CloudFormation gave to a resource."""
        try:
            described = self.cloudformation.describe_stack_resource(
                StackName=self.name, LogicalResourceId=logical
            )
        except ClientError as error:
            raise Failed(
                f"The stack {self.name} has no {logical}: {error.response['Error']['Message']}"
            ) from error
        return described["StackResourceDetail"]["PhysicalResourceId"]

    def invoke(self, word, event):
        """What a function answers to an event."""
        function = function_name(word)
        name = self.resource(function)
        answer = self.functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        text = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            raise Failed(f"{function} failed: {text}")
        return json.loads(text or "null")

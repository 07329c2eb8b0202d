"""A stage's templates as one, for readers that do not follow from one template into another.

What a nested stack is given stands where it names its parameter, and what it gives back stands
where the stack above asks for it. Networks are divided here, too: few emulators know Fn::Cidr.
"""

import ipaddress
import itertools
import re

from . import template

NESTED = "AWS::CloudFormation::Stack"

# What Amazon gives to a network that asks for IPv6; an address space of the documentation's.
IPV6 = ["2001:db8:1000::/56"]


class Flattened:
    """The templates of a stage by their places, with names that are unique over all of them."""

    def __init__(self, templates):
        self.templates = templates

    def resources(self):
        """Every resource but the nested stacks, by its place and name: DataClusterWriter."""
        return {
            self.name(place, id): self.resource(place, resource)
            for place, rendered in self.templates.items()
            for id, resource in rendered["Resources"].items()
            if resource["Type"] != NESTED
        }

    @staticmethod
    def name(place, id):
        return "".join([*place.split("."), id])

    def resource(self, place, resource):
        flat = {key: self.value(place, inner) for key, inner in resource.items()}
        waits = resource.get("DependsOn", [])
        waits = [waits] if isinstance(waits, str) else waits
        above = self.templates[place]["Resources"]
        flat["DependsOn"] = [
            self.name(place, id) for id in waits if above.get(id, {}).get("Type") != NESTED
        ]
        return flat

    def value(self, place, value):
        if isinstance(value, list):
            return [self.value(place, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name == "Ref":
                return self.reference(place, argument)
            if name == "Fn::GetAtt":
                parts = argument.split(".", 1) if isinstance(argument, str) else argument
                return self.attribute(place, parts[0], ".".join(parts[1:]))
            if name == "Fn::Sub":
                return self.substitute(place, argument)
            if name == "Fn::Cidr":
                return blocks(*self.value(place, argument))
            if name == "Fn::Select":
                return select(*self.value(place, argument))
        return {key: self.value(place, inner) for key, inner in value.items()}

    def reference(self, place, name):
        if name in self.templates[place]["Parameters"]:
            return self.given(place, name)
        if name in self.templates[place]["Resources"]:
            return {"Ref": self.name(place, name)}
        return {"Ref": name}

    def given(self, place, name):
        """What the stack above gives for a parameter: of a list a list, though it gives text."""
        above, _, id = place.rpartition(".")
        properties = self.templates[above]["Resources"][id]["Properties"]
        value = self.value(above, properties["Parameters"][name])
        if self.templates[place]["Parameters"][name]["Type"] == "CommaDelimitedList":
            return {"Fn::Split": [",", value]}
        return value

    def attribute(self, place, id, attribute):
        type = self.templates[place]["Resources"][id]["Type"]
        if type == NESTED:
            inner = f"{place}.{id}".lstrip(".")
            output = attribute.removeprefix("Outputs.")
            return self.value(inner, self.templates[inner]["Outputs"][output]["Value"])
        if (type, attribute) == ("AWS::EC2::VPC", "Ipv6CidrBlocks"):
            return IPV6
        return {"Fn::GetAtt": [self.name(place, id), attribute]}

    def substitute(self, place, argument):
        """A pattern in which each part has a name of its own, with the value of each."""
        pattern, variables = (argument, {}) if isinstance(argument, str) else argument
        values = {}

        def named(found):
            id, _, attribute = found[1].partition(".")
            if found[1] in variables:
                value = self.value(place, variables[found[1]])
            elif attribute:
                value = self.attribute(place, id, attribute)
            else:
                value = self.reference(place, id)
            part = f"Part{len(values)}"
            values[part] = value
            return "${" + part + "}"

        pattern = re.sub(r"\$\{([A-Za-z0-9_.:]+)\}", named, pattern)
        return {"Fn::Sub": [pattern, values]} if values else pattern


def blocks(network, count, bits):
    """The first networks of so many bits each within another, as Fn::Cidr divides it."""
    whole = ipaddress.ip_network(network)
    parts = whole.subnets(new_prefix=whole.max_prefixlen - int(bits))
    return [str(part) for part in itertools.islice(parts, int(count))]


def select(index, values):
    if isinstance(values, list):
        return values[int(index)]
    return {"Fn::Select": [index, values]}


def stage(name):
    """Every resource of a stage, in one template."""
    return Flattened(template.stage(name)).resources()

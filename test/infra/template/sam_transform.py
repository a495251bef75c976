"""Applies the transform AWS::Serverless-2016-10-31 to a SAM template, as CloudFormation does, and prints JSON.

Arguments: the template's path, where its code would be packaged (bucket, key), parameters as JSON, and whether
the result is for "aws" or for "moto", whose CloudFormation supports only some types of resources.
"""

import json
import re
import sys

import boto3
from moto.cloudformation.parsing import get_model_map
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse


def for_moto(deployed):
    # moto converts a Number parameter to an int, which is then no key of a mapping.
    maps = re.findall(r'"Fn::FindInMap": \["\w+", ([^]]*)\]', json.dumps(deployed))
    for name in set(re.findall(r'{"Ref": "(\w+)"}', " ".join(maps))):
        parameter = deployed["Parameters"][name]
        parameter.update({"Type": "String", "Default": str(parameter["Default"])})
    resources = deployed["Resources"]
    for resource in resources.values():
        # moto expects a list of tags, CloudFormation a map.
        if resource["Type"] == "AWS::SSM::Parameter":
            del resource["Properties"]["Tags"]
    unknown = {
        logical_id: resource
        for logical_id, resource in resources.items()
        if resource["Type"] not in get_model_map()
    }
    for logical_id, resource in list(resources.items()):
        names = re.findall(r"\$\{(\w+)\.", json.dumps(resource))
        if logical_id in unknown or any(name in unknown for name in names):
            del resources[logical_id]

    def refers_to_unknown(value):
        return isinstance(value, dict) and value.get("Ref") in unknown

    def without_unknown(value):
        if isinstance(value, list):
            return [without_unknown(item) for item in value]
        if not isinstance(value, dict):
            return value
        if refers_to_unknown(value) and unknown[value["Ref"]]["Type"] == "AWS::Lambda::Alias":
            return unknown[value["Ref"]]["Properties"]["FunctionName"]
        return {
            key: without_unknown(item)
            for key, item in value.items()
            if not refers_to_unknown(item) or "Alias" in unknown[item["Ref"]]["Type"]
        }

    return without_unknown(deployed)


path, bucket, key, parameters, target = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    template = yaml_parse(file.read())
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::Function":
        resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}

session = boto3.Session(region_name="us-east-1")
result = Translator({}, Parser(), boto_session=session).translate(template, json.loads(parameters))
print(json.dumps(for_moto(result) if target == "moto" else result))

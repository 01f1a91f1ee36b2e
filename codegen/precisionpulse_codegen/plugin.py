"""The protoc plugin `protoc-gen-precisionpulse`.

Parameters, joined by commas: `target=<output>` says what to write (see `TARGETS`); `fingerprint=<hex>` is the SHA-256
of the descriptor image, for the registries of the contract itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from google.protobuf.compiler import plugin_pb2

from precisionpulse_codegen import acl_emqx, acl_mosquitto, asyncapi, reference, registry_python, registry_typescript
from precisionpulse_codegen.errors import ParameterError, SchemaError
from precisionpulse_codegen.model import Schema
from precisionpulse_codegen.rules import check
from precisionpulse_codegen.schema import read_schema

Renderer = Callable[[Schema, Mapping[str, str]], dict[str, str]]

TARGETS: Mapping[str, Renderer] = {
    "registry_python": registry_python.render,
    "registry_typescript": registry_typescript.render,
    "acl_mosquitto": acl_mosquitto.render,
    "acl_emqx": acl_emqx.render,
    "asyncapi": asyncapi.render,
    "reference": reference.render,
}
_PARAMETERS = ("target", "fingerprint")


def generate(request: plugin_pb2.CodeGeneratorRequest) -> plugin_pb2.CodeGeneratorResponse:
    """The answer to one request. A bad schema or parameter is an error in the answer, as protoc wants it."""
    response = plugin_pb2.CodeGeneratorResponse(
        supported_features=plugin_pb2.CodeGeneratorResponse.FEATURE_PROTO3_OPTIONAL
    )
    try:
        parameters = _parameters(request.parameter)
        schema = read_schema(request)
        check(schema)
        for path, content in sorted(TARGETS[parameters["target"]](schema, parameters).items()):
            response.file.add(name=path, content=content)
    except (ParameterError, SchemaError) as error:
        response.error = str(error)
    return response


def main() -> None:
    """Answer the request on standard input."""
    request = plugin_pb2.CodeGeneratorRequest.FromString(sys.stdin.buffer.read())
    sys.stdout.buffer.write(generate(request).SerializeToString())


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(",")):
        name, _, value = part.partition("=")
        if name not in _PARAMETERS:
            raise ParameterError(f"parameter {part!r} is not known; use {', '.join(f'{p}=…' for p in _PARAMETERS)}")
        found[name] = value
    if found.get("target") not in TARGETS:
        raise ParameterError(f"target {found.get('target', '')!r} is not known; use one of {', '.join(TARGETS)}")
    return found

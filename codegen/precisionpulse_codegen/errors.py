"""What the generator refuses."""


class SchemaError(Exception):
    """The schema breaks a rule of the contract; the text lists each fault with file, line and what to do."""


class ParameterError(Exception):
    """The plugin was called with a parameter that it does not know."""


class ToolError(Exception):
    """A program of the toolchain failed or is missing; the text carries its own words."""


class GateError(Exception):
    """A gate is shut; the text says why and what to do."""

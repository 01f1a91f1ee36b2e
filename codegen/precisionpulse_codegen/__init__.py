"""The contract's code generator: a protoc plugin that reads the schema's options, and the outputs that it writes.

`schema` reads a protoc request into `model`; `rules` refuses what the contract does not allow; each further module
turns the model into one output; `plugin` is the door that protoc knocks on."""

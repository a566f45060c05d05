"""The operator's lab: two network namespaces, and between them an operator that does what a YAML file says. Linux, root.

For testers and for the tests of the instrument. The instrument knows nothing of it: no name, no constant is shared.
"""

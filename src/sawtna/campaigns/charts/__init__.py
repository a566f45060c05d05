"""Values in, geometry out: where each mark of a chart stands. Pure; the templates draw it as SVG and write the numbers.

Time and magnitude begin at the reading edge: from the right in Arabic, from the left otherwise (docs/decisions/0030-look.md).
"""

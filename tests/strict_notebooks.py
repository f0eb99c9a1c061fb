"""Loads what validating notebooks needs, and nothing else: `pytest -p tests.strict_notebooks`.

Every pytest process imports its plugins, and nbval runs one process per worker. Together with
`--disable-plugin-autoload` this spares each of them about a second of plugins that notebooks
never use, and `rfc3987_syntax`: a checker of international web addresses that compiles a grammar
for more than a second when imported. No notebook field is such an address, and jsonschema
does without the checker where it is not installed.
"""

import sys

sys.modules["rfc3987_syntax"] = None  # "not installed", as far as an import can tell

pytest_plugins = ["nbval.plugin", "xdist.plugin"]

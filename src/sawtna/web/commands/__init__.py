"""Commands of the site, one file each: `configure(parser)` and `run(arguments) -> int`. `sawtna.cli.main` knows them by name.

Importing one imports no Django: the settings read the environment when Django starts, and `house.enter_house` sets it before.
"""

"""Drives the stand-in's Exchange Web Services with exchangelib, an independent client."""

import pathlib
import sys
import unittest

from case import Case
from sandbox import Sandbox


def main():
    here = pathlib.Path(__file__).parent
    suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here))
    with Sandbox() as sandbox:
        Case.sandbox = sandbox
        result = unittest.TextTestRunner(verbosity=2).run(suite)
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, {len(result.skipped)} skipped")
    # Nothing found is nothing tested.
    return 1 if bad or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())

"""The door to the engine is light: a site's processes start without what a statistician's run needs."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("geopandas", "pandas", "ibis", "pyogrio", "libpysal", "numba", "pyspark", "mirti.report.page")


def test_the_site_starts_without_the_engine_s_heavy_libraries() -> None:
    code = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'almenara.config.settings'\n"
        "import django\n"
        "django.setup()\n"
        "import almenara.config.urls\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

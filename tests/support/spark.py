"""A Spark of this machine alone for the tests, from the environment like everybody's.

Import the fixture into the test module that uses it, `from tests.support.spark import spark`, and mark the module
`pytest.mark.xdist_group("spark")`: one session in the suite is enough.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mirti.io.backends import collapsing
from mirti.io.readers import connect
from mirti.io.spark import Spark

# Few rows: to compile queries and code for speed takes longer than to run them.
DEFAULTS = """
spark.master local[2]
spark.driver.memory 768m
spark.driver.defaultJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.shuffle.partitions 2
spark.sql.adaptive.enabled false
spark.sql.codegen.wholeStage false
"""
VARIABLES = ("SPARK_REMOTE", "SPARK_HOME", "SPARK_MASTER", "PYSPARK_SUBMIT_ARGS")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """Spark's session of the test module: two cores, as spark-defaults.conf in SPARK_CONF_DIR says."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(DEFAULTS)
    con = connect(temp=folder / "temp", threads=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        with collapsing(con, "spark") as session:
            assert isinstance(session, Spark)
            yield session
    con.disconnect()

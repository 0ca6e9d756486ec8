"""The report's form: what reads `var/bench.json` relies on it."""

import json

from bench import run
from bench.ceiling import Statements, _script
from bench.rows import percentile, row


def test_a_row_has_name_value_unit_baseline_and_ratio(tmp_path):
    path = tmp_path / "bench.json"
    made = row("lifecycles", 5.0, "/s", 20.0, "pgbench", p50_ms=700.0, p95_ms=900.0)
    run.write(path, [made], seconds=1.0)
    first = json.loads(path.read_text("utf-8"))["rows"][0]
    assert {k: first[k] for k in ("name", "value", "unit", "baseline", "ratio", "errors")} == {
        "name": "lifecycles",
        "value": 5.0,
        "unit": "/s",
        "baseline": 20.0,
        "ratio": 0.25,
        "errors": 0,
    }
    assert "lifecycles" in run.table([made])


def test_lifecycles_are_measured_first():
    assert next(iter(run.ROWS)) == "lifecycles"


def test_the_ceilings_script_says_every_statement_that_was_counted():
    script = _script(Statements(selects=7, inserts=5, updates=3, commits=2, written=800), 10)
    assert [script.count(word) for word in ("SELECT", "INSERT", "UPDATE", "COMMIT")] == [7, 5, 3, 2]


def test_percentiles_are_in_milliseconds():
    assert percentile([0.1, 0.2, 0.3], 50) == 200.0

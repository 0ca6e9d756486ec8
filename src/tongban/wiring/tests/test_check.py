import json
import os
import subprocess
import sys

import pytest

from tongban.base.identifiers import certificate
from tongban.wiring import command

OFFICE = "91350100M000100Y43"


def check(capsys, *words):
    status = command.main(["check", *words])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (
            "person-id",
            "11010519491231002x",
            {"kind": "resident", "area": "110105", "birth": "1949-12-31", "sex": "female"},
        ),
        ("org-id", OFFICE, {"kind": "uscc", "division": "350100", "inner_check_ok": True}),
        ("item-code", OFFICE + "4000120055000", {"kind": "implementation", "level": "4", "basic": "000120055000"}),
        (
            "certificate-id",
            certificate.compose(type=OFFICE + "001", issuer=OFFICE, serial="1"),
            {"serial": "1", "version": "001"},
        ),
    ],
)
def test_a_valid_identifier_exits_zero_and_tells_what_was_read(capsys, kind, value, read):
    status, answer = check(capsys, kind, value)
    assert (status, answer["valid"]) == (0, True)
    assert answer["read"].items() >= read.items()


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("person-id", "110105194912310021", "person_id_check"),
        ("person-id", "110105491231002", "person_id_old_form"),
        ("org-id", "91350100M000100Y44", "org_id_check"),
        ("item-code", "1", "item_code_format"),
        ("certificate-id", "<script>", "certificate_id_format"),
    ],
)
def test_a_wrong_identifier_exits_one_and_tells_why(capsys, kind, value, code):
    status, answer = check(capsys, kind, value)
    assert (status, answer["valid"], answer["code"]) == (1, False, code)
    assert answer["reason"] and answer["reason_zh"]


def test_an_unknown_kind_is_a_usage_error():
    with pytest.raises(SystemExit) as end:
        command.main(["check", "passport", "1"])
    assert end.value.code == 2


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "gb18030"])
def test_the_answer_is_json_in_any_terminal(encoding):
    words = [
        sys.executable,
        "-c",
        "import sys; from tongban.wiring.command import main; sys.exit(main())",
        "check",
        "person-id",
        "11010519491231002X",
    ]
    done = subprocess.run(words, capture_output=True, env={"PYTHONIOENCODING": encoding}, check=True)
    assert json.loads(done.stdout)["read"]["area_name"] == "北京市朝阳区"


def test_checking_needs_no_django():
    code = "import sys; from tongban.wiring.commands import check, clock; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_who_reads_no_further_hears_nothing_more():
    """As `tongban check … | head -c 1` where head has gone already."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        command = [sys.executable, "-m", "tongban.wiring.command", "check", "person-id", "11010519491231002X"]
        done = subprocess.run(command, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")

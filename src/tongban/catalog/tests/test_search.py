"""Search by words, by sound, by initials, with typos; and nothing for nonsense."""

import pytest

from tongban.catalog import queries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("开公司", "company-registration"),
        ("我想注册公司", "company-registration"),
        ("企業設立", "company-registration"),
        ("kaigongsi", "company-registration"),
        ("gaoling", "old-age-allowance"),
        ("start a company", "company-registration"),
        ("高龄津帖", "old-age-allowance"),
        ("公积金", "housing-fund-withdrawal"),
    ],
)
def test_what_people_type_finds_the_service_first(society, asked, code):
    assert queries.search(asked, limit=3)[0].code == code


@pytest.mark.parametrize(
    "asked", ["", "   ", "%%%%", "\x00\x01", "龘靐齉", "qqzzxxvv", "'; DROP TABLE catalog_entry; --x"]
)
def test_nonsense_finds_nothing_or_something_and_never_breaks(society, asked):
    assert isinstance(queries.search(asked * 50), list)

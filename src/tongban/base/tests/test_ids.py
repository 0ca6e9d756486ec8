import time
import uuid

from tongban.base.ids import uuid7


def test_keys_are_version_seven_and_sort_by_the_time_they_were_made():
    first = uuid7()
    time.sleep(0.003)
    second = uuid7()
    assert isinstance(first, uuid.UUID)
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first < second

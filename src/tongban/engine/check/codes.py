"""Code lists of GB/T 39046-2020 that an item's elements are taken from."""

import re

TYPES = frozenset({"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"})
PERMIT = "01"
LEVELS = frozenset("1234567")
AUDIENCES = frozenset("123456")
PERSONS = "1"
CHANNELS = frozenset({"1", "2", "3", "4", "9"})
ONLINE = frozenset({"2", "3"})
SCOPES = frozenset({"national", "province", "city", "county"})
DELIVERY = frozenset({"electronic", "courier", "counter"})
# Words by which a rule tells somebody that it failed, and no reader of a guide what must hold.
REFUSING = re.compile(
    "您的|库显示|登记显示|没有在世记录|(?<!没有)已注销|已经死亡|已经过去|^日期在今天之后$|早于|还没有|未达到|不能是|填写了两次|有股东"
)
NOT_REFUSING = re.compile("不早于|不得早于|须还没有|须未达到")
# What an outcome may enter (三库): what it must say, and what it may say too.
ENTRIES = {
    "legal-entities": ({"name", "kind", "representative", "holdings", "scope"}, {"place", "address", "prefix"}),
    "legal-entities.change": ({"uscc"}, {"name", "representative", "place", "capital", "scope", "holdings"}),
    "legal-entities.end": ({"uscc"}, set()),
}
_OTHER = frozenset({"998", "999"})
# 自然人: all fives from 005 to 155 but 080; 法人: to 170 but 080, as GB/T 39046 lists them.
SUBJECTS_OF_PERSONS = frozenset(f"{code:03}" for code in range(5, 160, 5)) - {"080"} | _OTHER
SUBJECTS_OF_FIRMS = frozenset(f"{code:03}" for code in range(5, 175, 5)) - {"080"} | _OTHER
# 行政许可法 art. 45: what does not count towards the time limit.
STOPS = frozenset(
    {"hearing", "bidding", "auction", "inspection", "testing", "quarantine", "appraisal", "expert-review"}
)

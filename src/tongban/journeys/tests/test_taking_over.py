"""A case that another city hands over: taken when it holds together, refused whole when it does not."""

import copy
import uuid
from datetime import timedelta
from types import SimpleNamespace

import msgspec
import pytest
from msgspec.structs import replace

from tongban.base.actors import SYSTEM, Actor, Kind
from tongban.base.cryptography import canonical, keys
from tongban.base.errors import Refusal
from tongban.base.words import Words
from tongban.cases.models import Case
from tongban.engine import lifecycle
from tongban.exchange import documents
from tongban.exchange.keys import node
from tongban.exchange.tests import parties
from tongban.exchange.tests.parties import HERE, THERE
from tongban.files.models import Blob
from tongban.journeys import moves, signing, transfer
from tongban.journeys.tests import peers
from tongban.journeys.tests.test_licence import ITEM, filled  # noqa: F401

pytestmark = pytest.mark.django_db
NUMBER = "310117-20261123-000001"
SUBMITTER = Actor(kind=Kind.PERSON, id="account-there", level=2, person="person-there")


@pytest.fixture(scope="module")
def shared():
    """The document and plan of one draft, filled in by the first test that needs it: all hand over the same."""
    return {}


@pytest.fixture
def offered(shared, persona, clock, request):
    """What the other city would hand over for a draft like the founder's: the data of the event, and the plan."""
    peers.agree(clock.now)
    if not shared:
        by, id = request.getfixturevalue("filled")
        sheet = signing.refreshed(id, by=by, now=clock.now)
        shared.update(document=canonical.dumps(signing.document_of(sheet, now=clock.now)), plan=sheet.plan)
    document, plan = canonical.loads(shared["document"]), shared["plan"]
    data = {
        "id": str(uuid.uuid4()),
        "content": {
            "document": document,
            "digest": canonical.digest(document),
            "signatures": peers.signed_by_there(document),
            "circle": {"persons": [f"{THERE}:person-there"], "firms": [], "relatives": []},
            "writings": [],
        },
        "files": [],
    }
    data["events"] = history(data["id"], plan, clock.now)
    return SimpleNamespace(data=data, plan=plan, now=clock.now)


def history(case, plan, now, *between, node=THERE):
    """The events of a case submitted at ``node``, with commands in between, and offered to this city."""
    state = None
    told = []
    submit = lifecycle.Submit(
        by=SUBMITTER,
        node=node,
        circle=lifecycle.Circle(persons=frozenset({"person-there"})),
        case=case,
        items=plan.items,
        steps=plan.steps,
        promise=plan.promise,
        legal=plan.legal,
    )
    offer = lifecycle.Offer(by=SYSTEM, node=node, circle=moves.NOBODY, to=HERE)
    for command in (submit, *between, offer):
        for event in lifecycle.decide(state, command, now):
            state = lifecycle.evolve(state, event)
            told.append(event)
    return msgspec.to_builtins(told)


def hand_over(offered, *, sender=THERE, number=NUMBER, kind="case.offered"):
    event = SimpleNamespace(id=uuid.uuid4(), kind=kind, case=number, data=offered.data)
    verified = SimpleNamespace(sender=sender, name=Words(zh="演示", en="demo"))
    return transfer.apply(event, verified, now=offered.now)


def refused(offered, **more) -> str:
    with pytest.raises(Refusal) as no:
        hand_over(offered, **more)
    assert not Case.objects.exists(), "no case"
    assert not Blob.objects.exists(), "no file"
    return no.value.code


def sign_again(offered):
    content = offered.data["content"]
    content["digest"] = canonical.digest(content["document"])
    content["signatures"] = peers.signed_by_there(content["document"])


def test_a_case_that_holds_together_is_taken_and_this_city_holds_it(offered):
    assert hand_over(offered)["custodian"] == HERE
    row = Case.objects.get(number=NUMBER)
    assert (row.custodian, row.taken_in_by, row.status) == (HERE, THERE, "submitted")


def test_a_document_that_was_changed_after_signing_is_refused(offered):
    offered.data["content"]["document"]["answers"]["capital"] = 1
    assert refused(offered) == "digest"


def test_a_document_that_was_changed_with_its_digest_is_refused(offered):
    content = offered.data["content"]
    content["document"]["answers"]["capital"] = 1
    content["digest"] = canonical.digest(content["document"])
    assert refused(offered) == "signature"


def test_a_party_who_has_not_signed_is_missed(offered):
    offered.data["content"]["signatures"].pop()
    assert refused(offered) == "not_signed"


def test_one_partys_signature_does_not_stand_for_another(offered):
    signatures = offered.data["content"]["signatures"]
    signatures[0]["signature"] = signatures[-1]["signature"]
    assert refused(offered) == "signature"


def test_a_signature_below_level_two_is_refused(offered):
    content = offered.data["content"]
    content["signatures"] = peers.signed_by_there(content["document"], level=1)
    assert refused(offered) == "signature"


def test_a_signature_by_a_key_that_is_not_the_senders_is_refused(offered):
    content = offered.data["content"]
    content["signatures"] = peers.signed_by_there(content["document"], key=keys.new_ed25519())
    assert refused(offered) == "signature"


def rotated(offered, **ends):
    """The other city has a new key since an hour; the old one, by which its parties' signatures were vouched for, has ended."""
    new = keys.new_ed25519()
    rows = [parties.row(parties.THERE_KEY, **ends), parties.row(new)]
    listed = [parties.listed(HERE, parties.OURS, parties.row(node().signing))]
    listed.append(parties.listed(THERE, "http://127.0.0.1:9", *rows))
    parties.trust(documents.make_trust_list(listed, 2, offered.now + peers.YEAR, parties.ANCHORS), offered.now)
    return new


def test_a_key_that_was_rotated_between_signing_and_hand_over_still_stands_for_what_it_signed(offered):
    content, hour = offered.data["content"], timedelta(hours=1)
    content["signatures"] = peers.signed_by_there(content["document"], at=offered.now - 2 * hour)
    rotated(offered, until=offered.now - hour)
    assert hand_over(offered)["custodian"] == HERE


def test_a_key_stands_for_nothing_that_was_signed_after_its_end(offered):
    content, hour = offered.data["content"], timedelta(hours=1)
    rotated(offered, until=offered.now - hour)
    for at in (offered.now - hour, offered.now, offered.now + hour, None):
        content["signatures"] = peers.signed_by_there(content["document"], at=at)
        assert refused(offered) == "signature"


def test_a_revoked_key_stands_for_nothing_whatever_date_is_written(offered):
    content, hour = offered.data["content"], timedelta(hours=1)
    content["signatures"] = peers.signed_by_there(content["document"], at=offered.now - 2 * hour)
    rotated(offered, revoked=offered.now - hour)
    assert refused(offered) == "signature"


def test_a_new_key_stands_for_nothing_of_before_it(offered):
    content = offered.data["content"]
    new = rotated(offered, until=offered.now)
    content["signatures"] = peers.signed_by_there(content["document"], key=new, at=offered.now - 3 * peers.YEAR)
    assert refused(offered) == "signature"
    content["signatures"] = peers.signed_by_there(content["document"], key=new, at=offered.now)
    assert hand_over(offered)["custodian"] == HERE


def test_steps_that_are_not_this_citys_own_rules_are_refused(offered):
    short = replace(offered.plan, steps=tuple(s for s in offered.plan.steps if not s.key.endswith(".tax")))
    kept = {s.key for s in short.steps}
    steps = tuple(replace(s, needs=tuple(n for n in s.needs if n in kept)) for s in short.steps)
    offered.data["events"] = history(offered.data["id"], replace(short, steps=steps), offered.now)
    assert refused(offered) == "other_plan"


def test_a_promise_that_is_not_this_citys_own_is_refused(offered):
    plan = replace(offered.plan, promise=replace(offered.plan.promise, office_minutes=1))
    offered.data["events"] = history(offered.data["id"], plan, offered.now)
    assert refused(offered) == "other_plan"


def test_a_case_that_the_sender_has_already_accepted_in_this_citys_name_is_refused(offered):
    officer = Actor(kind=Kind.OFFICER, id="officer-there", level=2, office="window", powers=frozenset({"accept"}))
    accept = lifecycle.Accept(by=officer, node=THERE, circle=moves.NOBODY, offices=frozenset({"window"}))
    offered.data["events"] = history(offered.data["id"], offered.plan, offered.now, accept)
    assert refused(offered) == "other_history"


def test_a_case_that_was_offered_to_somebody_else_is_refused(offered):
    assert refused(offered, sender="110000") in ("untrusted", "not_offered")
    offered.data["events"] = offered.data["events"][:1]
    assert refused(offered) == "not_offered"


def test_a_case_that_names_another_id_than_its_events_is_refused(offered):
    offered.data["id"] = str(uuid.uuid4())
    assert refused(offered) == "other_history"


def test_a_number_that_this_city_has_given_out_already_is_refused(offered):
    hand_over(offered)
    again = SimpleNamespace(data=copy.deepcopy(offered.data), plan=offered.plan, now=offered.now)
    again.data["id"] = str(uuid.uuid4())
    again.data["events"] = history(again.data["id"], offered.plan, offered.now)
    with pytest.raises(Refusal, match="known_case"):
        hand_over(again)
    assert Case.objects.count() == 1


def test_an_item_that_this_city_never_published_is_refused(offered):
    offered.data["content"]["document"]["item"]["sha256"] = "0" * 64
    sign_again(offered)
    assert refused(offered) == "no_item"


def test_a_program_among_the_files_is_refused_with_the_whole_case(offered):
    offered.data["files"] = [{"material": "owner-consent", "name": "a.pdf", "media_type": "x", "content": "TVqQAA=="}]
    assert refused(offered) == "file_type"


@pytest.mark.parametrize("gone", ["id", "events", "content", "files"])
def test_nonsense_is_refused_as_such(offered, gone):
    for value in (None, [], {}, "x", 7):
        offered.data[gone] = value
        if (gone, value) == ("files", []):
            continue
        assert refused(offered) in ("malformed", "digest", "not_offered")
    del offered.data[gone]
    assert refused(offered) == "malformed"


def test_an_unknown_kind_of_event_is_refused(offered):
    assert refused(offered, kind="case.grant-yourself") == "unknown_kind"


def test_only_the_deciding_city_may_send_events_and_papers(offered):
    hand_over(offered)
    offered.data = {"events": offered.data["events"], "papers": []}
    for kind in ("case.events", "case.papers"):
        with pytest.raises(Refusal, match="not_custodian"):
            hand_over(offered, kind=kind)


def test_only_the_city_that_took_a_case_in_may_ask_for_the_applicant(offered):
    hand_over(offered)
    offered.data = {"wish": "withdraw", "with": {}, "account": "a", "person": "person-there"}
    with pytest.raises(Refusal, match="not_taken_in_by"):
        hand_over(offered, kind="case.asked", sender="310000")


def test_a_wish_that_is_nonsense_is_refused_to_its_sender_and_holds_up_nothing(offered):
    hand_over(offered)
    for wish, with_ in (("deliver", {}), ("supplement", {"files": 7}), ("rate", {"code": "x"}), ("explode", {})):
        offered.data = {"wish": wish, "with": with_, "account": "a", "person": "person-there"}
        assert hand_over(offered, kind="case.asked")["refused"]
    assert Case.objects.get().status == "submitted"


def test_somebody_who_is_no_party_cannot_withdraw_through_another_city(offered):
    hand_over(offered)
    offered.data = {"wish": "withdraw", "with": {}, "account": "a", "person": "somebody-else"}
    assert hand_over(offered, kind="case.asked")["refused"]
    assert Case.objects.get().status == "submitted"


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ({"person": "person-there", "behalf": True}, False),  # whoever may act for the applicant there
        ({"person": "agent-there", "entity": "91310117MADEMO0000"}, False),  # whoever acts for the firm there
        ({"person": "agent-there", "entity": "91310117MADEMO0001"}, True),
        ({"person": "person-there", "entity": "91310117MADEMO0001"}, True),  # for another firm, though a party by themself
        ({"person": "somebody-else", "behalf": True}, True),
    ],
)
def test_who_acts_for_a_party_there_may_withdraw_for_them_and_no_other(offered, who, refused):
    offered.data["content"]["circle"]["firms"] = ["91310117MADEMO0000"]
    hand_over(offered)
    offered.data = {"wish": "withdraw", "with": {}, "account": "a", **who}
    assert bool(hand_over(offered, kind="case.asked").get("refused")) is refused
    actor = Case.objects.get(number=NUMBER).events.order_by("-sequence").first().actor
    if not refused:
        assert actor["on_behalf"] == ("person" if "behalf" in who else who["entity"])


def test_the_item_is_the_one_of_this_test(offered):
    assert offered.data["content"]["document"]["item"]["code"] == ITEM

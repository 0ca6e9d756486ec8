"""What the catalogue says no to: what is not offered, and what publication by two clerks does not allow."""

from __future__ import annotations

from datetime import date

from tongban.base.actors import Actor
from tongban.base.errors import Conflict, Denied, NotFound, Refusal
from tongban.base.words import Words
from tongban.catalog.models import Revision

DRAFT, PUBLISH = "draft", "publish"


STATES = {
    "draft": Words(zh="起草中", en="being drafted"),
    "review": Words(zh="待审核", en="waiting for review"),
    "returned": Words(zh="已退回", en="sent back"),
    "approved": Words(zh="已批准", en="approved"),
    "dropped": Words(zh="已撤销", en="given up"),
}


def must(by: Actor, power: str) -> None:
    """Refuse whoever has not this power."""
    if power not in by.powers:
        raise Denied(
            "no_power",
            Words(zh="您没有这项权限", en="You have no power to do this"),
            because=Words(
                zh="起草需要“拟稿”权限，审核发布需要“发布”权限。",
                en="Drafting needs the power to draft, reviewing the power to publish.",
            ),
            next_step=Words(zh="请联系本单位管理员。", en="Ask whoever gives powers in your office."),
        )


class NoItem(NotFound):
    """There is no such item here; 410 with the successor when there was."""

    def __init__(self, successor: str = "", *, gone: bool = False) -> None:
        super().__init__(
            "item_gone" if gone else "no_item",
            Words(zh="这个事项已停办", en="This service is no longer offered")
            if gone
            else Words(zh="没有这个事项", en="There is no such service"),
            next_step=Words(zh="改办：{s}", en="Use instead: {s}").format(s=successor)
            if successor
            else Words(zh="请用您平常的说法搜索。", en="Search for it in your own words."),
            status=410 if gone else 404,
        )
        self.successor = successor


class NotYet(NotFound):
    """It is published, and its first day has not come."""

    def __init__(self, on: date) -> None:
        super().__init__(
            "not_yet",
            Words(zh="还没有开始办理", en="This has not begun yet"),
            because=Words(zh=f"自 {on} 起可以办理。", en=f"It can be applied for from {on}."),
            next_step=Words(zh="请到那天再来，或搜索其他事项。", en="Come back on that day, or search for another."),
        )


class NoBundle(NotFound):
    """There is no such bundle here; 410 with the successor when there was."""

    def __init__(self, successor: str = "", *, gone: bool = False) -> None:
        other = Words(zh="改办：{s}", en="Use instead: {s}").format(s=successor)
        listed = Words(zh="请看“一件事”的列表，或用您平常的说法搜索。", en="See the list of bundles, or search in your own words.")
        super().__init__(
            "bundle_gone" if gone else "no_bundle",
            Words(zh="这件事已不再合办", en="This bundle is no longer offered")
            if gone
            else Words(zh="没有这件事", en="There is no such bundle"),
            next_step=other if successor else listed,
            status=410 if gone else 404,
        )
        self.successor = successor


class OwnDraft(Denied):
    """Who wrote in a draft does not review it."""

    def __init__(self) -> None:
        super().__init__(
            "own_draft",
            Words(zh="不能审核自己起草或改过的稿件", en="Nobody reviews what they wrote themselves"),
            because=Words(zh="发布须经两人：一人拟稿，另一人审核。", en="It takes two: one drafts, another reviews."),
            next_step=Words(
                zh="请让另一位有发布权限的同事审核。", en="Let a colleague with the power to publish review it."
            ),
        )


class AlreadyDrafted(Conflict):
    """Somebody has a draft of this item open."""

    def __init__(self, title: Words, name: str) -> None:
        super().__init__(
            "already_drafted",
            Words(zh="“{t}”已有一份未完成的稿件", en="There is an open draft of {t} already").format(t=title),
            because=Words(zh=f"拟稿人：{name}", en=f"Drafted by {name}") if name else None,
            next_step=Words(zh="请在那份稿件上修改，或请拟稿人撤销。", en="Change that draft, or have it given up."),
        )


class Moved(Conflict):
    """The draft is no longer where this could be done."""

    def __init__(self, row: Revision) -> None:
        super().__init__(
            "revision_moved",
            Words(zh="稿件的状态已经变了", en="The draft has moved on"),
            because=Words(zh="现在的状态：{s}", en="It is now: {s}").format(s=STATES[row.state]),
            next_step=Words(zh="请刷新页面，看看现在可以做什么。", en="Open it again and see what can be done now."),
        )


class BaseMoved(Conflict):
    """Another version was published since the draft began."""

    def __init__(self) -> None:
        super().__init__(
            "base_moved",
            Words(zh="拟稿之后，这个事项又发布了新版本", en="Another version was published since this was drafted"),
            because=Words(zh="现在发布会覆盖那次修改。", en="To publish this would undo that change."),
            next_step=Words(
                zh="请退回，由拟稿人按最新版本重新拟稿。", en="Send it back, to be drafted anew on the newest version."
            ),
        )


class OtherEdition(Conflict):
    """The draft was changed since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "other_edition",
            Words(zh="稿件刚被改过", en="The draft was changed just now"),
            because=Words(zh="您看到的不是最新内容。", en="What you read is not what stands there now."),
            next_step=Words(zh="请重新阅读后再操作。", en="Read it again, then decide."),
        )


def no(code: str, zh: str, en: str, next_zh: str = "", next_en: str = "", *, field: str | None = None) -> Refusal:
    """A refusal that has no more to it than its words."""
    return Refusal(code, Words(zh=zh, en=en), next_step=Words(zh=next_zh, en=next_en) if next_zh else None, field=field)

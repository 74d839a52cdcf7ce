"""Conditions in templates, resolved with a recipient's own fields: of several texts the one that was sent to them.

``{{#if company}}…{{else}}…{{/if}}`` and ``{{#if first_name}}{{#endif}}`` (Apollo, whose empty block is the field
itself); ``{% if x %}…{% elsif y %}…{% else %}…{% endif %}``, ``{% unless %}``, ``{% case %}``, ``{% assign %}`` of
Liquid and HubL; ``*|IF:FNAME|*…*|ELSE:|*…*|END:IF|*`` of Mailchimp; ``#if($COMPANY)…#else…#end`` of Woodpecker. What
the fields do not decide stays as it is written, and is named. Loops are never run. :mod:`.template_tags` knows the
spellings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .conditions import any_of, decide, denied
from .liquid_filters import filtered, filters_of
from .merge_filling import fill, fill_named, plain_key, value_in
from .remembered import TEXTS, remembered
from .template_tags import Tag, tags_in

_DOT = re.compile(r"\{\{\s?(?:\.|this)\s?\}\}")
MOST_TAGS, MOST_NESTED = 400, 12
"""Tags of a template, and blocks within blocks; what has more is left as it is."""


@dataclass(frozen=True)
class Resolved:
    """``decided`` and ``left`` name the conditions that were resolved and those that stay."""

    text: str
    decided: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def blocks_in(text: str) -> tuple[str, ...]:
    """The conditions, loops and formulas of a text by their names, each once; the other tags where there are none."""
    tags = tags_in(text)
    opened = [tag.name for tag in tags if tag.kind in ("open", "alone", "assign")]
    return tuple(dict.fromkeys(opened or [tag.name for tag in tags]))


def resolve(text: str, values: Mapping[str, str]) -> Resolved:
    """The text with its conditions resolved.

    Args:
        values: a recipient's fields, from :func:`.merge_filling.known_fields`.
    """
    tree = _tree(text)
    if tree is None:
        return Resolved(text, left=blocks_in(text))
    writer = _Writer(text, values, {})
    writer.write(tree)
    if not writer.decided:
        return Resolved(text, left=blocks_in(text))
    whole = re.sub(r"\n{3,}", "\n\n", "".join(writer.parts)).strip()
    return Resolved(whole, tuple(dict.fromkeys(writer.decided)), blocks_in(whole) if writer.left else ())


@dataclass
class _Branch:
    """A condition with what stands under it; None: else."""

    tag: Tag | None
    nodes: list[str | _Block] = field(default_factory=list)


@dataclass
class _Block:
    """From the first letter of its first tag to the last of its last one; a tag alone has no branches."""

    tag: Tag
    branches: list[_Branch] = field(default_factory=list)
    end: int = 0
    closed_by: str = ""


@remembered(TEXTS)
def _tree(text: str) -> list[str | _Block] | None:
    """A text as pieces and blocks; None where tags do not fit together, or are too many."""
    tags = tags_in(text)
    if len(tags) > MOST_TAGS:
        return None
    root: list[str | _Block] = []
    stack: list[_Block] = []
    nodes, end, trims = root, 0, False
    for tag in tags:
        piece = text[end : tag.start]
        piece = piece.lstrip() if trims else piece
        nodes.append(piece.rstrip() if tag.trims_before else piece)
        end, trims = tag.end, tag.trims_after
        if tag.kind == "open":
            block = _Block(tag, [_Branch(tag)])
            nodes.append(block)
            stack.append(block)
            nodes = block.branches[-1].nodes
        elif tag.kind == "else":
            if not stack or stack[-1].branches[-1].tag is None:
                return None
            stack[-1].branches.append(_Branch(tag if tag.condition else None))
            nodes = stack[-1].branches[-1].nodes
        elif tag.kind == "close":
            if not stack or tag.word not in stack[-1].tag.closed_by:
                return None
            stack[-1].end, stack[-1].closed_by = tag.end, tag.word
            stack.pop()
            nodes = stack[-1].branches[-1].nodes if stack else root
        else:
            nodes.append(_Block(tag, [], tag.end))
        if len(stack) > MOST_NESTED:
            return None
    nodes.append(text[end:].lstrip() if trims else text[end:])
    return None if stack else root


class _Writer:
    """Writes a tree for one recipient."""

    def __init__(self, text: str, values: Mapping[str, str], given: dict[str, str | None]) -> None:
        """``given``: what is assigned to names by now, None where nothing says what."""
        self._text, self._values, self._given = text, values, given
        self.parts: list[str] = []
        self.decided: list[str] = []
        self.left = False

    def write(self, nodes: Sequence[str | _Block]) -> None:
        """All of it, in its order: what is assigned holds from there on, until it is assigned anew."""
        for node in nodes:
            if isinstance(node, str):
                self.parts.append(fill_named(node, self._given, self._value) if self._given else node)
            elif self._written(node):
                self.decided.append(node.tag.name)
            else:
                self._leave(self._text[node.tag.start : node.end])

    def _leave(self, block: str) -> None:
        """Keep a block as it is written; of names that are assigned in it nobody knows any more what they hold."""
        self.parts.append(block)
        self.left = True
        for tag in tags_in(block):
            if tag.word in ("assign", "set", "capture"):
                self._given[plain_key(tag.condition.partition("=")[0])] = None

    def _written(self, block: _Block) -> bool:
        """Whether a block could be resolved, and has been written."""
        tag = block.tag
        if tag.kind == "assign":
            return self._assigned(tag)
        if tag.word == "comment":
            return True
        if tag.word == "capture":
            return self._captured(block)
        if tag.word not in ("if", "unless", "case"):
            return False
        for branch in block.branches:
            held = True if branch.tag is None else self._holds(branch.tag, block.tag)
            if held is None:
                return False
            if held:
                self._take(branch, block)
                return True
        return True

    def _holds(self, tag: Tag, opener: Tag) -> bool | None:
        if opener.word == "case" and tag is opener:  # what stands before the first "when"
            return False
        if (tag.word == "when") != (opener.word == "case"):
            return None
        if tag.word == "when":
            return any_of([decide(f"{opener.condition} == {each}", self._value) for each in tag.alternatives])
        held = decide(tag.condition, self._value)
        return denied(held) if tag.word == "unless" else held

    def _take(self, branch: _Branch, block: _Block) -> None:
        """Write what stands under a condition; where that is nothing, as Apollo has it, the field that it names."""
        value = self._value(block.tag.condition) if branch.tag is block.tag else None
        if not value:
            return self.write(branch.nodes)
        if block.closed_by == "#endif" and all(isinstance(node, str) and not node.strip() for node in branch.nodes):
            self.parts.append(value)
        # a section names its field by a dot: {{#city}}in {{.}}{{/city}}
        self.write([_DOT.sub(lambda _: value, node) if isinstance(node, str) else node for node in branch.nodes])

    def _value(self, name: str) -> str | None:
        key = plain_key(name)
        return self._given[key] if key in self._given else value_in(self._values, name)

    def _assigned(self, tag: Tag) -> bool:
        """``{% assign greeting = first_name | default: "there" %}``, where it is known what that is."""
        name, _, said = tag.condition.partition("=")
        first, bar, rest = said.partition("|")
        first = first.strip()
        quoted = len(first) > 1 and first[0] in "\"'“‘" and first[-1] in "\"'”’"
        value = first[1:-1] if quoted else first if first.isdigit() else self._value(first)
        filters = filters_of(rest.strip()) if bar else ()
        if value is None or (bar and not filters):
            return False
        value, _ = filtered(value, filters, self._value)
        if value is None or not name.strip().lstrip("$").isidentifier():
            return False
        self._given[plain_key(name)] = value
        return True

    def _captured(self, block: _Block) -> bool:
        """``{% capture greeting %}Hi {{first_name}}{% endcapture %}``."""
        inner = _Writer(self._text, self._values, self._given)
        inner.write(block.branches[0].nodes)
        known = {name: value for name, value in self._values.items() if value}
        text, open_fields, _ = fill("".join(inner.parts), known)
        if inner.left or open_fields:
            return False
        self._given[plain_key(block.tag.condition)] = text
        return True

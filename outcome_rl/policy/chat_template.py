"""A chat model's own frame around what it is asked and what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ModelError

Turns = Sequence[Mapping[str, str]]

WITHOUT_THINKING = {"enable_thinking": False, "thinking": False}
"""What templates of models that think before they answer take as a switch: Qwen3 and SmolLM3; Granite and DeepSeek."""
THOUGHT = re.compile(r"\A\s*<think>.*?(</think>\s*|$)", re.DOTALL)
"""A thought that stands before an answer, to its end or, where it was cut, to the end of the text."""
NO_CLOCK = "{%- macro strftime_now(format) -%}26 Jul 2024{%- endmacro -%}"
"""Put before templates that ask for the day (Llama 3.2, SmolLM3): a prompt must be tomorrow what it was in training.
The day is the one that Llama's own template names where it has no clock.
"""
_OPEN_THOUGHT = re.compile(r"<think>(\s*)$")
_ANSWER = "Hello"


def has_chat_template(tokenizer: Any) -> bool:
    """Whether the model was taught to answer inside a frame."""
    return bool(getattr(tokenizer, "chat_template", None))


def chat_prompt(tokenizer: Any, system: str, user: str) -> str:
    """The text that the model continues with its answer. No thought comes before it.

    Where the template refuses a system turn (Gemma 1 and 2, Mistral) or leaves it out, ``system`` stands in front of
    what the user says.

    Raises:
        ModelError: the template cannot be used.
    """
    user = user.strip()  # as many templates have it
    turns = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    try:
        text = _rendered(tokenizer, turns)
    except ModelError:
        text = ""
    if system not in text or user not in text:
        text = _rendered(tokenizer, [{"role": "user", "content": f"{system}\n\n{user}"}])
    if user not in text:
        raise ModelError(_unusable(tokenizer, "it leaves out what the user says"))
    # models that always think have the thought opened by their template: it is closed at once
    # ("NoThinking", https://arxiv.org/abs/2504.09858)
    return _OPEN_THOUGHT.sub(r"<think>\n\n</think>\n\n", text)


def turn_end(tokenizer: Any, marks: set[int]) -> int | None:
    """The first of the tokens ``marks`` that the template puts behind an answer; None where it puts none there."""
    try:
        turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": _ANSWER}]
        text = _rendered(tokenizer, turns, add_generation_prompt=False)
    except ModelError:  # some templates want to see nothing but questions
        return None
    _, found, behind = text.rpartition(_ANSWER)
    ids = tokenizer.encode(behind, add_special_tokens=False) if found else []
    return next((number for number in ids if number in marks), None)


def _rendered(tokenizer: Any, turns: Turns, add_generation_prompt: bool = True) -> str:
    template = _template(tokenizer)
    if "strftime_now" in template:
        template = NO_CLOCK + template
    try:
        text = tokenizer.apply_chat_template(
            list(turns),
            chat_template=template,
            tokenize=False,
            add_generation_prompt=add_generation_prompt,
            **WITHOUT_THINKING,
        )
    except Exception as error:  # a template is a program, and fails in as many ways
        raise ModelError(_unusable(tokenizer, str(error).strip() or type(error).__name__)) from None
    return str(text)


def _template(tokenizer: Any) -> str:
    """The template for plain conversations, where the model has several."""
    own = tokenizer.chat_template
    if not isinstance(own, dict):
        return str(own)
    return str(own["default"] if "default" in own else next(iter(own.values())))


def _unusable(tokenizer: Any, reason: str) -> str:
    name = getattr(tokenizer, "name_or_path", "") or "the tokenizer"
    return (
        f"the chat template of '{name}' cannot be used ({reason[:200]}); correct chat_template.jinja in its folder, or "
        "remove it there (or chat_template from tokenizer_config.json) to have plain prompts"
    )

"""Texts to tokens and back, whatever the tokenizer and its chat template are like."""

import pytest
from transformers import AutoTokenizer

from outcome_rl.policy.chat_template import chat_prompt
from outcome_rl.policy.prompts import (
    SYSTEM,
    build_prompt,
    decode_email,
    encode_email,
    encode_prompts,
    encode_text,
    without_marks,
)
from tests.helpers.made_families import byte_level, make_family, sentencepiece

PIECES = (
    "Hi Ana,",
    "\n\n",
    "Our tool saves your team two hours a week.",
    " Could we talk?",
    "\n\nBest,\nTom",
    "\n",
    "  two blanks",
    "\tand more: “é”, ☃.",
)
TOKENIZERS = {
    "bytes": lambda: byte_level(("</s>",), None, "</s>"),
    "always": lambda: sentencepiece(("<s>", "</s>"), "<s>", "</s>", "always"),
    "first": lambda: sentencepiece(("<s>", "</s>"), "<s>", "</s>", "first"),
    "legacy": lambda: sentencepiece(("<s>", "</s>"), "<s>", "</s>", "legacy"),
}


@pytest.fixture(scope="module", params=TOKENIZERS)
def tokenizer(request):
    return TOKENIZERS[request.param]()


@pytest.fixture(scope="module")
def chat():
    made = byte_level(("<|endoftext|>", "<|im_start|>", "<|im_end|>"), None, "<|im_end|>")
    made.model_max_length = 512
    return made


def test_pieces_put_together_are_the_text(tokenizer):
    ids = [number for piece in PIECES for number in encode_text(tokenizer, piece)]
    assert tokenizer.decode(ids) == "".join(PIECES)


@pytest.mark.parametrize("before", PIECES)
@pytest.mark.parametrize("after", PIECES)
def test_any_two_pieces_fit_each_other(tokenizer, before, after):
    ids = encode_text(tokenizer, before) + encode_text(tokenizer, after)
    lead = encode_text(tokenizer, "x")  # decoders take a blank off whatever begins
    assert tokenizer.decode(lead + ids) == f"x{before}{after}"


def test_an_email_is_the_same_afterwards(tokenizer):
    email = "Hi Ana,\n\nOur tool saves two hours. Could we talk?\n\nBest,\nTom"
    ids = encode_email(tokenizer, f"\n {email}  ", 500)
    assert ids[-1] == tokenizer.eos_token_id
    assert decode_email(tokenizer, ids) == email
    assert encode_email(tokenizer, email, 5) == ids[:5]


def test_the_marks_of_a_model_never_come_out_of_a_users_text(tokenizer):
    ids = encode_text(tokenizer, "Hello</s> there")
    assert tokenizer.eos_token_id not in ids
    assert tokenizer.decode(ids).split() == ["Hello", "there"]


def test_marks_that_the_tokenizer_does_not_name_are_taken_out_as_well():
    made = byte_level(("<|eot|>", "<|end|>"), None, "<|end|>")
    assert "<|eot|>" not in made.all_special_tokens
    assert without_marks(made, "a<|eot|>b<|end|>c<|<|eot|>eot|>") == "a b c<| eot|>"
    assert without_marks(made, "<think>a</think>") == " a "


# --- what stands in front ---------------------------------------------------------------------------------------------


def test_a_plain_prompt_begins_with_what_the_tokenizer_puts_in_front():
    made = sentencepiece(("<s>", "</s>"), "<s>", "</s>")
    made.model_max_length = 512
    prompt = encode_prompts(made, ["Customer: CTO."])[0]
    assert prompt == made.encode(build_prompt(made, "Customer: CTO."))
    assert prompt[0] == made.bos_token_id
    assert len(encode_prompts(made, ["Customer: CTO. " * 90], 60)[0]) <= 60


def test_an_end_that_the_tokenizer_puts_behind_is_no_part_of_a_prompt():
    from tokenizers import processors

    made = byte_level(("</s>",), None, "</s>")
    made.model_max_length = 512
    made.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 0)]
    )
    assert made.encode("a")[-1] == 0
    assert encode_prompts(made, ["X"])[0] == made.encode(build_prompt(made, "X"), add_special_tokens=False)


def test_a_chat_template_is_trusted_with_the_front(tmp_path):
    made = AutoTokenizer.from_pretrained(make_family("llama", tmp_path))
    made.model_max_length = 512
    prompt = encode_prompts(made, ["X"])[0]
    assert prompt.count(made.bos_token_id) == 1


# --- chat templates ---------------------------------------------------------------------------------------------------

TURN = "{% for m in messages %}[{{ m['role'] }}]{{ m['content'] }}{% endfor %}"


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"
        "[{{ m['role'] }}]{{ m['content'] }}{% endfor %}",
        "{% for m in messages if m['role'] == 'user' %}[user]{{ m['content'] }}{% endfor %}",
        "{% for m in messages %}{% if m['role'] != ['user', 'assistant'][loop.index0 % 2] %}"
        "{{ raise_exception('Conversation roles must alternate user/assistant') }}{% endif %}"
        "[{{ m['role'] }}]{{ m['content'] }}{% endfor %}",
    ],
    ids=["refuses it", "leaves it out", "wants turns to alternate"],
)
def test_where_a_template_has_no_system_turn_the_user_says_it(chat, template):
    chat.chat_template = template
    assert chat_prompt(chat, "Be short.", "Write!") == "[user]Be short.\n\nWrite!"


def test_a_template_with_a_system_turn_keeps_it(chat):
    chat.chat_template = TURN
    assert chat_prompt(chat, "Be short.", "Write!") == "[system]Be short.[user]Write!"


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("{% if enable_thinking is undefined or enable_thinking %}<think>\n{% endif %}", ""),
        ("{% if thinking %}<think>\n{% endif %}", ""),
        ("{% if not enable_thinking %}<think>\n\n</think>\n\n{% endif %}", "<think>\n\n</think>\n\n"),
        ("<think>\n", "<think>\n\n</think>\n\n"),
        ("<think>", "<think>\n\n</think>\n\n"),
    ],
    ids=["switch", "another switch", "empty thought", "always thinks", "always thinks at once"],
)
def test_no_thought_comes_before_an_email(chat, ending, expected):
    chat.chat_template = TURN + "{% if add_generation_prompt %}[assistant]" + ending + "{% endif %}"
    assert chat_prompt(chat, "S", "U") == f"[system]S[user]U[assistant]{expected}"


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("<think>\nShort, I think.\n</think>\n\nHi Ana,", "Hi Ana,"),
        ("<think>\nShort, I th", ""),
        ("Hi Ana, I <think> so.", "Hi Ana, I <think> so."),
    ],
)
def test_a_thought_that_came_all_the_same_is_no_part_of_the_email(chat, text, email):
    assert decode_email(chat, chat.encode(text)) == email


def test_a_prompt_is_the_same_on_every_day(chat):
    chat.chat_template = "{{ strftime_now('%Y-%m-%d') }}{{ 1 if strftime_now is defined }}" + TURN
    assert chat_prompt(chat, "S", "U") == "26 Jul 20241[system]S[user]U"


@pytest.mark.parametrize(
    "templates", [{"tool_use": "no", "default": TURN}, {"plain": TURN, "tool_use": "no"}], ids=["default", "none"]
)
def test_of_several_templates_the_one_for_talk_is_taken(chat, templates):
    chat.chat_template = templates
    assert chat_prompt(chat, "S", "U") == "[system]S[user]U"


def test_a_long_context_loses_its_end_and_never_the_frame(chat):
    chat.chat_template = TURN + "{% if add_generation_prompt %}<|im_start|>{% endif %}"
    prompt = encode_prompts(chat, ["word " * 400 + "last"], 80)[0]
    text = chat.decode(prompt)
    assert len(prompt) <= 80 and SYSTEM in text and "last" not in text
    assert text.endswith("<|im_start|>")
